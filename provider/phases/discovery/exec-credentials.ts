import type { Host } from "../../hosts/host";
import { quote } from "../../hosts/shell";
import { current, type KubeconfigFile } from "../../kubernetes/kubeconfig-file";

/** Answer of a credential plugin that a kubeconfig names. */
interface ExecCredential {
	status?: { token?: string; clientCertificateData?: string; clientKeyData?: string };
}

/**
 * Replaces the credential plugin in a kubeconfig by the credentials that the plugin prints on the host. The kubelet will
 * call the same plugin.
 *
 * Source: k8s.io/client-go/plugin/pkg/client/auth/exec/exec.go.
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
