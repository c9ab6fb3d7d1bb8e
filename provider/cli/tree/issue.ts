import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ReadFile, Tree } from "../../compare/tree-file";
import { expected } from "../../config/expected";
import { encryptionAlgorithmOf } from "../../config/features";
import { readableByAll, rootOnly } from "../../facts/file-access";
import { toYaml } from "../../go/yaml/write";
import { certificateProblems, type Rule } from "../../pki/inspect";
import { issueAuthority, issueLeaf, type Subject } from "../../pki/issue";
import { verdictOn } from "../../pki/keep-or-issue";
import { keyPem, newKey, publicKeyPem } from "../../pki/keys";
import { kubeconfigProblems } from "../../pki/kubeconfig";
import { type KubeconfigRequest, kubeconfig } from "../../render/kubeconfig";
import type { NodePlan } from "../../render/node-plan";
import { type CaName, type CertificateRequest, certificateAuthorities } from "../../render/pki/certificates";
import { CommandError } from "../command";

/** A CA. Without a key, the CA cannot sign. */
interface NodeAuthority {
	certificate: string;
	key?: KeyObject;
	/** The existing key file's text, in any PEM form. Absent for a new CA. */
	keyText?: string;
}

/** Arguments of issuing. */
export interface Issuing {
	plan: NodePlan;
	/** Reads existing files. A valid certificate or kubeconfig is kept, as by kubeadm. */
	readFile: ReadFile;
	now: Date;
}

/** Issues the certificates, keys and kubeconfigs of a node. Returns the files by path, and the CA's certificate. */
export async function issueTree({ plan, readFile, now }: Issuing): Promise<{ tree: Tree; caCertificate: string }> {
	const tree: Tree = {};
	const authorities = new Map<string, NodeAuthority>();
	for (const request of plan.authorities) {
		const authority = await authorityOf(request, { plan, readFile, now });
		authorities.set(request.name, authority);
		tree[request.certificatePath] = { content: authority.certificate, mode: readableByAll.mode };
		// A worker gets the CA's certificate and no key.
		const { key, keyText } = authority;
		if (key && plan.node.role === "control-plane")
			tree[request.keyPath] = { content: keyText ?? keyPem(key), mode: rootOnly.mode };
	}
	const signerOf = (ca: CaName | undefined) => authorities.get(ca ?? "")!;
	for (const request of plan.certificates)
		Object.assign(tree, await leaf(request, signerOf(request.ca), { readFile, now }));
	for (const request of plan.kubeconfigs) {
		tree[request.path] = await clientConfiguration(request, signerOf(request.certificate.ca), { readFile, now });
	}
	// A worker without the kubelet's phase has no CA.
	const { certificate: caCertificate = "" } = authorities.get("ca") ?? {};
	const { caCertPath } = plan.node;
	if (plan.command === "join" && caCertPath && caCertificate)
		tree[caCertPath] = { content: caCertificate, mode: readableByAll.mode };
	if (plan.serviceAccountKey) Object.assign(tree, await serviceAccount(plan, readFile));
	return { tree, caCertificate };
}

async function authorityOf(request: CertificateRequest, { plan, readFile, now }: Issuing): Promise<NodeAuthority> {
	const certificate = readFile(request.certificatePath)?.content;
	const key = readFile(request.keyPath)?.content;
	if (certificate !== undefined) {
		const parsed = parse(certificate, request.certificatePath, (text) => new X509Certificate(text));
		refuseUnusable(parsed, request.certificatePath, now);
		if (key === undefined) return { certificate };
		const privateKey = parse(key, request.keyPath, createPrivateKey);
		if (parsed.checkPrivateKey(privateKey)) return { certificate, key: privateKey, keyText: key };
		throw new CommandError({
			at: request.keyPath,
			expected: `the key of ${request.certificatePath}`,
			got: "another one",
		});
	}
	if (key !== undefined) {
		throw new CommandError({
			at: request.certificatePath,
			expected: `the certificate of ${request.keyPath}`,
			got: "none",
		});
	}
	if (plan.command === "join" || !plan.parts.authorities.includes(request.name as CaName)) {
		const needed = `${certificateAuthorities[request.name as CaName].file}.crt`;
		throw new CommandError({
			at: request.certificatePath,
			expected: "the CA of the cluster in place",
			got: "none",
			next: `give --ca-dir with ${needed} of a control plane's ${plan.cluster.certificatesDir}`,
		});
	}
	return issueAuthority(request, now);
}

/** Refuses a CA that kubeadm cannot sign with or that no component accepts. Source: `validateCACert`, kubeadm phases/certs/certs.go. */
function refuseUnusable({ ca, publicKey, validFrom, validTo }: X509Certificate, path: string, now: Date): void {
	const kind = publicKey.asymmetricKeyType ?? "none";
	const problems = [
		ca ? [] : ["it is no CA's"],
		["rsa", "ec"].includes(kind) ? [] : [expected({ at: "its key", expected: "RSA or ECDSA", got: kind })],
		Date.parse(validTo) > now.getTime() ? [] : [`it ended on ${new Date(validTo).toISOString()}`],
		Date.parse(validFrom) <= now.getTime() ? [] : [`it is not valid before ${new Date(validFrom).toISOString()}`],
	].flat();
	if (problems.length > 0)
		throw new CommandError({
			at: path,
			expected: "a CA that can sign",
			got: `one that cannot: ${problems.join("; ")}`,
		});
}

async function leaf(
	request: CertificateRequest,
	authority: NodeAuthority,
	{ readFile, now }: Omit<Issuing, "plan">,
): Promise<Tree> {
	const { certificatePath, keyPath } = request;
	const certificate = readFile(certificatePath);
	const key = readFile(keyPath);
	if (certificate && key) {
		const pair = { certificate: certificate.content, key: key.content };
		const problemsBy = (rule: Rule) =>
			certificateProblems({ found: pair, request, caCertificate: authority.certificate, now, rule });
		if (isKept(problemsBy, request.validity, now)) return { [certificatePath]: certificate, [keyPath]: key };
	}
	const issued = await issueLeaf(request, signing(request, authority), now);
	return {
		[certificatePath]: { content: issued.certificate, mode: readableByAll.mode },
		[keyPath]: { content: keyPem(issued.key), mode: rootOnly.mode },
	};
}

async function clientConfiguration(
	request: KubeconfigRequest,
	authority: NodeAuthority,
	{ readFile, now }: Omit<Issuing, "plan">,
): Promise<Tree[string]> {
	const { path, clusterName, server, user, certificate } = request;
	const file = readFile(path);
	const subject = { clusterName, server, user, certificate };
	const problemsBy = (rule: Rule) => kubeconfigProblems(file!.content, { subject, authority }, rule);
	if (file && isKept(problemsBy, certificate.validity, now)) return file;
	const issued = await issueLeaf(certificate, signing(certificate, authority), now, "with its CA");
	const credentials = { clientCertificate: issued.certificate, clientKey: keyPem(issued.key) };
	const content = kubeconfig({ clusterName, server, user, caCertificate: authority.certificate, credentials });
	return { content: toYaml(content), mode: rootOnly.mode };
}

/** Whether an existing credential is kept: as by `kubeadm init`, regardless of its remaining validity. */
function isKept(problemsBy: (rule: Rule) => string[], validity: number, now: Date): boolean {
	return verdictOn({ problemsBy, strict: "exactly", wasInPlace: true, validity, now }).acceptable;
}

async function serviceAccount({ cluster, serviceAccountKey }: NodePlan, readFile: ReadFile): Promise<Tree> {
	const { privateKeyPath, publicKeyPath } = serviceAccountKey!;
	const keyFile = readFile(privateKeyPath);
	const key = keyFile
		? parse(keyFile.content, privateKeyPath, createPrivateKey)
		: await newKey(encryptionAlgorithmOf(cluster));
	const publicHalf = publicKeyPem(key);
	const keys = readFile(publicKeyPath);
	// The bundle may also have other CAs, whose certificates stay accepted.
	const isKept = keys?.content.includes(publicHalf.trim());
	return {
		[privateKeyPath]: { content: keyFile?.content ?? keyPem(key), mode: rootOnly.mode },
		[publicKeyPath]: { content: isKept ? keys!.content : publicHalf, mode: rootOnly.mode },
	};
}

/** Makes the error for a missing credential of an external CA, which has to be signed elsewhere. */
function signing({ name, ca }: Subject, { certificate, key }: NodeAuthority): { certificate: string; key: KeyObject } {
	if (key) return { certificate, key };
	throw new CommandError({
		at: name,
		expected: `a valid certificate in place, signed by ${ca}, whose key is not given`,
		got: "none",
		next: "put the signed certificate under --out, or the CA's key into --ca-dir",
	});
}

function parse<T>(text: string, path: string, read: (text: string) => T): T {
	try {
		return read(text);
	} catch {
		throw new CommandError({ at: path, expected: "PEM, unencrypted", got: "something else" });
	}
}
