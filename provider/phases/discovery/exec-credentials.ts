import type { Host } from "../../hosts/host";
import { quote } from "../../hosts/shell";
import { current, type KubeconfigFile } from "../../kubernetes/kubeconfig-file";

/** Answer of a credential plugin that a kubeconfig names. */
interface ExecCredential {
	status?: { token?: string; clientCertificateData?: string; clientKeyData?: string };
}

/**
 * Runs the credential plugin of a kubeconfig's current user on the host, and puts the printed credentials in the plugin's
 * place. The kubelet will call the plugin itself.
 *
 * Source: k8s.io/client-go/plugin/pkg/client/auth/exec/exec.go.
 * @returns a changed copy of the kubeconfig; an equal copy where there is no plugin
 * @throws HostError where the plugin fails; SyntaxError where it does not print JSON
 */
export async function withExecCredentials(host: Host, config: KubeconfigFile): Promise<KubeconfigFile> {
	const copy = structuredClone(config);
	const { user } = current(copy);
	if (!user?.exec?.command) return copy;
	const { command, args, env, apiVersion } = user.exec;
	const execInfo = JSON.stringify({ kind: "ExecCredential", apiVersion, spec: { interactive: false } });
	const variables = [...(env ?? []), { name: "KUBERNETES_EXEC_INFO", value: execInfo }];
	const { stdout } = await host.run({
		intent: `ask ${command} for the credentials of the kubeconfig`,
		script: "exec sh -s",
		// The plugin's arguments and environment may be secrets.
		stdin: [
			...variables.map(({ name, value }) => `export ${name}=${quote(value)}`),
			`exec ${[command, ...(args ?? [])].map(quote).join(" ")}`,
		].join("\n"),
	});
	const { status = {} } = JSON.parse(stdout) as ExecCredential;
	const data = (pem: string | undefined) => pem && Buffer.from(pem).toString("base64");
	return Object.assign(copy, {
		users: copy.users!.map((entry) =>
			entry.user === user
				? {
						name: entry.name,
						user: {
							token: status.token,
							"client-certificate-data": data(status.clientCertificateData),
							"client-key-data": data(status.clientKeyData),
						},
					}
				: entry,
		),
	});
}
