import type { KeyObject } from "node:crypto";
import { ExpectationError } from "../../config/expected";
import type { Discovery } from "../../config/node";
import { readableByAll, rootOnly } from "../../facts/file-access";
import { toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import {
	type Digests,
	editedFiles,
	placedRecords,
	placeFiles,
	removeFiles,
	reserveFile,
} from "../../hosts/placement/place";
import { isThisProgram } from "../../hosts/placement/program";
import type { HostReference } from "../../hosts/reach";
import { serviceOf } from "../../hosts/service";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { withCleanUp } from "../../hosts/with-clean-up";
import { api } from "../../kubernetes/api";
import { removeTokens, withBootstrapToken } from "../../kubernetes/bootstrap-token";
import { certificateProblems } from "../../pki/inspect";
import { issueLeaf } from "../../pki/issue";
import { rememberedKey } from "../../pki/key-memory";
import { keyPem } from "../../pki/keys";
import { type KubeconfigSubject, serverProblems } from "../../pki/kubeconfig";
import { bootstrapKubeconfigPath, type Credentials, kubeconfig } from "../../render/kubeconfig";
import { certificatesIn } from "../../render/pki/bundle";
import { explainKubelet } from "../diagnosis/explain";
import { watchKubelet } from "../diagnosis/kubelet-ends";
import { signedForKubelet } from "../signing/kubelet";

/** Names, files and time limits for the credentials that a kubelet starts with. */
export interface KubeletIdentity {
	/** Name of the node in waits and errors. */
	nodeName: string;
	/** User, cluster, server and client certificate of the kubelet's kubeconfig. */
	subject: KubeconfigSubject;
	/** Path of the kubelet's kubeconfig. */
	kubeconfigPath: string;
	/** Present where the kubeconfig must be on the host already and is not changed: kubeadm's phase `kubeconfig/kubelet` is skipped. */
	keepsCredentials?: true;
	/** Path of the client certificate that the kubelet renews by itself. */
	clientCertificatePath: string;
	/** The cluster's CA: PEM, path on the host, and the fingerprint of its key, absent where this program cannot sign with it. */
	authority: { certificate: string; path: string; fingerprint?: string };
	/** The kubelet's first client certificate, PEM, where the program gives one that was signed elsewhere. */
	givenCertificate?: string;
	/** Present where the CA's key is outside the cluster, so that no controller signs a kubelet's certificate request. */
	externalCA?: true;
	/** Control planes through which a worker's bootstrap token is created; absent where the worker discovers its cluster. */
	controlPlanes?: HostReference[];
	/** How a worker discovers its cluster; `subject.server` and `authority.certificate` then come from the discovery. */
	discovery?: Discovery;
	/** How long a request to the API is repeated. @default "1m0s" */
	kubernetesAPICall?: string;
	/** The KubeletConfiguration; `rotateCertificates` is read. */
	configuration: Record<string, unknown>;
	/** Limits in seconds. */
	timeouts: { kubeletHealthCheck: number; tlsBootstrap: number; discovery?: number };
}

/**
 * Starts a control plane's kubelet with a client certificate in its kubeconfig, unless the kubelet has valid credentials.
 * Then points the kubeconfig to the certificate file that the kubelet renews by itself, unless `rotateCertificates` is false.
 *
 * Source: kubeadm cmd/phases/init/kubeletfinalize.go.
 * @param start places the kubelet's files and starts the kubelet
 * @returns SHA-256 of each placed file, by path
 * @throws ExpectationError where the kubeconfig must be in place and is not
 * @throws Error where the CA's key is elsewhere and the certificate is not signed yet
 * @throws WaitError where the kubelet does not write its certificate file within `timeouts.kubeletHealthCheck`
 */
export async function startWithCertificate(
	target: { host: Host; owner: string },
	inputs: KubeletIdentity,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const { authority } = inputs;
	if (inputs.keepsCredentials) {
		await requireInPlace(target.host, inputs.kubeconfigPath);
		return start();
	}
	if (!(await hasCredentials(target, inputs))) {
		const credentials = authority.fingerprint
			? await newCredentials(inputs, rememberedKey(authority.fingerprint))
			: await signedForKubelet(target, inputs);
		await stop(target.host, inputs);
		await placeKubeconfig(target, inputs, credentials);
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

async function requireInPlace(host: Host, path: string): Promise<void> {
	if ((await host.read([path])).has(path)) return;
	throw new ExpectationError({
		at: `${host.name}: ${path}`,
		expected: "the file in place, as the phase kubeconfig/kubelet is skipped",
		got: "none",
		next: "put the file there, or take the phase out of skipPhases",
	});
}

async function newCredentials({ subject, authority }: KubeletIdentity, key: KeyObject): Promise<Credentials> {
	const { certificate } = authority;
	const issued = await issueLeaf(subject.certificate, { certificate, key }, new Date(), "with its CA");
	return { clientCertificate: issued.certificate, clientKey: keyPem(issued.key) };
}

/**
 * Starts a worker's kubelet with a bootstrap token that is created for this join and removed after it. A kubelet with valid
 * credentials is started without a token.
 *
 * Source: kubeadm cmd/phases/join/kubelet.go.
 * @param start places the kubelet's files and starts the kubelet
 * @returns SHA-256 of each placed file, by path
 * @throws WaitError where the kubelet gets no certificate within `timeouts.tlsBootstrap`
 */
export async function bootstrap(
	target: { host: Host; owner: string; stateDigests?: Digests },
	inputs: KubeletIdentity,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const { authority, subject, controlPlanes = [], kubernetesAPICall } = inputs;
	const description = `${subject.user} joins`;
	if (await hasCredentials(target, inputs)) {
		const digests = await startWithCredentials(target, inputs, start);
		const remove = async () => removeTokens(await api({ controlPlanes, kubernetesAPICall }), description);
		if (await removeBootstrapKubeconfig(target.host)) await remove();
		// A join may have been cut off when its bootstrap kubeconfig was gone already and its token was not.
		else if (target.stateDigests === undefined)
			await remove().catch(({ message }: Error) =>
				status(`${inputs.nodeName}: a token of an earlier join, if there is one, ends within an hour: ${message}`),
			);
		return digests;
	}
	return withBootstrapToken({ controlPlanes, kubernetesAPICall }, { description }, async (token) => {
		const content = toYaml(
			kubeconfig({
				clusterName: subject.clusterName,
				server: subject.server,
				user: "tls-bootstrap-token-user",
				caCertificate: authority.certificate,
				credentials: { token },
			}),
		);
		return joinWith(content, { target, inputs, start });
	});
}

/**
 * Starts a kubelet with a bootstrap kubeconfig, waits for its certificate, and removes the bootstrap kubeconfig, also after a failure.
 * @param content text of the bootstrap kubeconfig, YAML. Secret.
 * @returns SHA-256 of each placed file, by path
 * @throws WaitError where the kubelet gets no certificate within `timeouts.tlsBootstrap`
 */
export async function joinWith(
	content: string,
	{
		target,
		inputs,
		start,
	}: { target: { host: Host; owner: string }; inputs: KubeletIdentity; start: () => Promise<Digests> },
): Promise<Digests> {
	const { host } = target;
	const trusted = await placeTrust(target, inputs);
	await reserveFile({ ...target, path: inputs.kubeconfigPath });
	await stop(host, inputs);
	await host.remove([inputs.kubeconfigPath]);
	await placeFiles({
		...target,
		files: [{ path: bootstrapKubeconfigPath, content, ...rootOnly }],
	});
	const join = async () => {
		const digests = await start();
		// The kubeconfig is there first: it only names the certificate that is asked for with the token.
		const { clientCertificatePath: path, timeouts } = inputs;
		await waitForFile(host, inputs, { path, timeoutSeconds: timeouts.tlsBootstrap });
		return { ...trusted, ...digests, ...(await adopt(target, inputs.kubeconfigPath)) };
	};
	return withCleanUp(join, async () => void (await removeBootstrapKubeconfig(host)));
}

/**
 * Removes the bootstrap kubeconfig that a join of this program left, for example because the join was cut off.
 * @returns false where there is none, or another program placed it
 */
export async function removeBootstrapKubeconfig(host: Host): Promise<boolean> {
	const path = bootstrapKubeconfigPath;
	const [record] = (await placedRecords(host, [path])).values();
	if (!record || !isThisProgram(record.program)) return false;
	await removeFiles({ host, owner: record.owner, paths: [path] });
	return true;
}

/** Places the cluster's CA, starts a kubelet that has valid credentials, and takes ownership of its kubeconfig. @returns SHA-256 of each placed file, by path */
export async function startWithCredentials(
	target: { host: Host; owner: string },
	inputs: KubeletIdentity,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const trusted = await placeTrust(target, inputs);
	return { ...trusted, ...(await start()), ...(await adopt(target, inputs.kubeconfigPath)) };
}

async function placeTrust(
	target: { host: Host; owner: string },
	{ authority: { path, certificate: content } }: KubeletIdentity,
): Promise<Digests> {
	const trust = { path, content, ...readableByAll };
	return (await placeFiles({ ...target, files: [trust] })).digests;
}

/** Stops the kubelet and removes its certificate: a running kubelet keeps its credentials, and one that finds a certificate requests none. */
async function stop(host: Host, { clientCertificatePath }: KubeletIdentity): Promise<void> {
	await serviceOf(host, "kubelet").stop();
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
		await placeFiles({
			host: target.host,
			owner: target.owner,
			files: [{ path, content, ...rootOnly }],
		})
	).digests;
}

/** Takes ownership of a file that the kubelet wrote. */
async function adopt({ host, owner }: { host: Host; owner: string }, path: string): Promise<Digests> {
	const { content, mode, owner: user, group } = (await host.read([path])).get(path)!;
	return (await placeFiles({ host, owner, files: [{ path, content, mode, owner: user, group }] })).digests;
}

/**
 * Whether a kubelet has valid credentials: an unedited kubeconfig for this cluster, and an unexpired client certificate for
 * the node's name that the cluster's CA signed. False where a file is absent.
 */
export async function hasCredentials(
	{ host }: { host: Host },
	{ clientCertificatePath, kubeconfigPath, subject, authority }: KubeletIdentity,
): Promise<boolean> {
	const { stdout: certificate } = await host.run({
		intent: "look for the kubelet's certificate",
		script: `sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' '${clientCertificatePath}' 2>/dev/null; exit 0`,
	});
	const text = (await host.read([kubeconfigPath])).get(kubeconfigPath)?.content.toString();
	if (!certificate || !text) return false;
	const problems = [...serverProblems(text, { subject, authority }), ...(await editedFiles(host, [kubeconfigPath]))];
	const isOf = (ca: string) =>
		certificateProblems({
			found: { certificate },
			request: subject.certificate,
			caCertificate: ca,
			now: new Date(),
			rule: "at least",
		}).length === 0;
	return problems.length === 0 && certificatesIn(authority.certificate).some(isOf);
}

async function waitForFile(
	host: Host,
	{ nodeName, controlPlanes, discovery, subject, externalCA }: KubeletIdentity,
	{ path, timeoutSeconds }: { path: string; timeoutSeconds: number },
): Promise<void> {
	const ended = watchKubelet(host);
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
			if (exitCode === 0) return { done: true, value: undefined };
			const end = await ended();
			if (end) return { done: false, saw: `the kubelet ${end}`, hopeless: true };
			return { done: false, saw: externalCA ? EXTERNAL : "the kubelet has not written it yet" };
		},
		explain: () => explainKubelet(host, (controlPlanes ?? discovery) && subject.server),
	});
}

/** Observation where the cluster approves certificates and does not sign them. Source: `getControllerManagerCommand`, kubeadm phases/controlplane/manifests.go. */
const EXTERNAL =
	"the CA's key is not here: its holder has to sign the request to the signer kubernetes.io/kube-apiserver-client-kubelet; kubectl get csr";
