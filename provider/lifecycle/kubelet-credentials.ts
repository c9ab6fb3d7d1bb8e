import type { Host } from "../hosts/host";
import { waitFor } from "../hosts/wait";
import { bootstrapKubeconfigPath, type Credentials, kubeconfig } from "../render/kubeconfig";
import { toYaml } from "../render/yaml";
import { withCleanUp } from "./clean-up";
import { explainKubelet } from "./diagnosis/explain";
import { withBootstrapToken } from "./kubernetes/bootstrap-token";
import { mismatches } from "./pki/inspect";
import { issueLeaf } from "./pki/issue";
import { keyPem } from "./pki/keys";
import { type KubeconfigSubject, leadsElsewhere } from "./pki/kubeconfig";
import { claim, type Digests, displace, edited, place } from "./placement/place";
import type { HostReference } from "./reach";
import { status } from "./status";
import { recall } from "./vault";

/** What a kubelet's credentials are made from. */
export interface KubeletIdentity {
	/** As waits and their errors name it. */
	nodeName: string;
	subject: KubeconfigSubject;
	/** Where its kubeconfig is placed. */
	kubeconfigPath: string;
	/** Where the kubelet keeps the client certificate that it renews by itself. */
	clientCertificatePath: string;
	/** The cluster's CA, its path on the host, and the fingerprint of its key where this signs. */
	authority: { certificate: string; path: string; fingerprint?: string };
	/** Where a worker gets its bootstrap token. */
	controlPlanes?: HostReference[];
	/** How long a request for it is tried. @default "1m0s" */
	kubernetesAPICall?: string;
	configuration: Record<string, unknown>;
	timeouts: { kubeletHealthCheck: number; tlsBootstrap: number };
}

/** A control plane's kubelet begins with a certificate in its kubeconfig, and then keeps its own. Source: kubeadm cmd/phases/init/kubeletfinalize.go. */
export async function startWithCertificate(
	target: { host: Host; owner: string },
	inputs: KubeletIdentity,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const { subject, authority } = inputs;
	if (!(await hasCredentials(target, inputs))) {
		const issued = await issueLeaf(
			subject.certificate,
			{ certificate: authority.certificate, key: recall(authority.fingerprint!) },
			new Date(),
		);
		await stop(target.host, inputs);
		await placeKubeconfig(target, inputs, { clientCertificate: issued.certificate, clientKey: keyPem(issued.key) });
	}
	const digests = await start();
	if (inputs.configuration.rotateCertificates === false) return digests;
	await waitForFile(target.host, inputs, {
		path: inputs.clientCertificatePath,
		timeoutSeconds: inputs.timeouts.kubeletHealthCheck,
	});
	return {
		...digests,
		...(await placeKubeconfig(target, inputs, {
			clientCertificateFile: inputs.clientCertificatePath,
			clientKeyFile: inputs.clientCertificatePath,
		})),
	};
}

/** A worker's kubelet asks for its certificate with a token. Source: kubeadm cmd/phases/join/kubelet.go. */
export async function bootstrap(
	target: { host: Host; owner: string },
	inputs: KubeletIdentity,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const { host } = target;
	const { authority, subject, controlPlanes = [], kubernetesAPICall } = inputs;
	const trust = { path: authority.path, content: authority.certificate, mode: "0644", owner: "root", group: "root" };
	const placed = await place({ ...target, files: [trust] });
	if (await hasCredentials(target, inputs))
		return { ...placed.digests, ...(await start()), ...(await adopt(target, inputs.kubeconfigPath)) };
	await claim({ ...target, path: inputs.kubeconfigPath });
	await stop(host, inputs);
	await host.remove([inputs.kubeconfigPath]);
	return withBootstrapToken(
		{ controlPlanes, kubernetesAPICall },
		{ description: `${subject.user} joins` },
		async (token) => {
			const content = toYaml(
				kubeconfig({
					clusterName: subject.clusterName,
					server: subject.server,
					user: "tls-bootstrap-token-user",
					caCertificate: authority.certificate,
					credentials: { token },
				}),
			);
			await place({
				...target,
				files: [{ path: bootstrapKubeconfigPath, content, mode: "0600", owner: "root", group: "root" }],
			});
			const join = async () => {
				const digests = await start();
				// The kubeconfig is there first: it only names the certificate that is asked for with the token.
				const { clientCertificatePath: path, timeouts } = inputs;
				await waitForFile(host, inputs, { path, timeoutSeconds: timeouts.tlsBootstrap });
				const adopted = await adopt(target, inputs.kubeconfigPath);
				return { ...placed.digests, ...digests, ...adopted };
			};
			return withCleanUp(join, () => displace({ ...target, paths: [bootstrapKubeconfigPath] }));
		},
	);
}

/** One that runs would go on with the credentials that it has, and one that finds some would not ask for others. */
async function stop(host: Host, { clientCertificatePath }: KubeletIdentity): Promise<void> {
	await host.run({ intent: "stop the kubelet", script: "systemctl stop kubelet 2>/dev/null; exit 0" });
	await host.remove([clientCertificatePath]);
}

async function placeKubeconfig(
	target: { host: Host; owner: string },
	{ subject, authority, kubeconfigPath: path }: KubeletIdentity,
	credentials: Credentials,
): Promise<Digests> {
	const { clusterName, server, user } = subject;
	const content = toYaml(kubeconfig({ clusterName, server, user, caCertificate: authority.certificate, credentials }));
	return (
		await place({
			host: target.host,
			owner: target.owner,
			files: [{ path, content, mode: "0600", owner: "root", group: "root" }],
		})
	).digests;
}

/** Takes over a file that the kubelet wrote. */
async function adopt({ host, owner }: { host: Host; owner: string }, path: string): Promise<Digests> {
	const { content, mode, owner: user, group } = (await host.read([path])).get(path)!;
	return (await place({ host, owner, files: [{ path, content, mode, owner: user, group }] })).digests;
}

/**
 * Whether a kubelet has what it needs: a kubeconfig that leads to this cluster, and a certificate of its CA for its name
 * that has not ended. A host may have come back with those of another cluster, or have been off for too long.
 */
async function hasCredentials(
	{ host }: { host: Host },
	{ clientCertificatePath, kubeconfigPath, subject, authority }: KubeletIdentity,
): Promise<boolean> {
	const { stdout: certificate } = await host.run({
		intent: "look for the kubelet's certificate",
		script: `sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' '${clientCertificatePath}' 2>/dev/null; exit 0`,
	});
	const text = (await host.read([kubeconfigPath])).get(kubeconfigPath)?.content.toString();
	if (!certificate || !text) return false;
	const problems = [
		...leadsElsewhere(text, { subject, authority }),
		...mismatches({ certificate }, subject.certificate, authority.certificate, new Date()),
		...(await edited(host, [kubeconfigPath])),
	];
	return problems.length === 0;
}

async function waitForFile(
	host: Host,
	{ nodeName, controlPlanes, subject }: KubeletIdentity,
	{ path, timeoutSeconds }: { path: string; timeoutSeconds: number },
): Promise<void> {
	await waitFor({
		subject: `${nodeName}: ${path}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () => {
			const { exitCode } = await host.run({
				intent: `look for ${path}`,
				script: `[ -s '${path}' ]`,
				expectedExitCodes: [0, 1],
			});
			return exitCode === 0 ? { done: true, value: undefined } : { done: false, saw: "the kubelet has not written it" };
		},
		explain: () => explainKubelet(host, controlPlanes && subject.server),
	});
}
