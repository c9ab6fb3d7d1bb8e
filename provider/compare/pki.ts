import { createPrivateKey } from "node:crypto";
import { readableByAll, rootOnly } from "../facts/file-access";
import { publicKeyPem } from "../pki/keys";
import { certificatesIn, firstCertificate } from "../render/pki/bundle";
import type { CertificateRequest } from "../render/pki/certificates";
import { rootlessFiles } from "../render/static-pods/rootless";
import { authorityInPlace, certificateDifferences, certificateInPlace, isKeyOf } from "./certificates";
import type { Difference } from "./difference";
import { type Against, type DifferenceInFile, fileDifferences } from "./file";

/** Facts of a certificate that come from the ClusterConfiguration. */
const ofCluster = ["key", "validity"] as const;

/** Returns the differences between a CA in a tree and the expected CA. */
export function authorityDifferences(request: CertificateRequest, against: Against): Difference[] {
	const { plan, tree, given, now, saysCluster } = against;
	const { certificatePath, keyPath } = request;
	const isControlPlane = plan.node.role === "control-plane";
	const isElsewhere = isControlPlane && signsElsewhere(request, against);
	const wanted = given(certificatePath)?.content;
	const key = isControlPlane ? tree.readFile(keyPath)?.content : undefined;
	// Only the node that makes a CA chooses its mode.
	const isKept = wanted !== undefined || isElsewhere || (isControlPlane && plan.command === "join");
	const certificate = fileDifferences(
		{ path: certificatePath, mode: readableByAll.mode, isKept },
		tree,
		({ content }) => {
			if (wanted !== undefined) return givenDifferences(wanted, content, key, isControlPlane);
			if (isElsewhere) return authorityInPlace(content, now);
			return certificateDifferences(request, { certificate: content, key, now, except: saysCluster ? [] : ofCluster });
		},
	);
	return isControlPlane && !isElsewhere
		? [...certificate, ...fileDifferences({ path: keyPath, mode: modeOf(keyPath, against), isKept }, tree)]
		: certificate;
}

/** Compares a CA's file with the given one. A worker may have only the first certificate of a bundle, as cluster-info does. */
function givenDifferences(wanted: string, found: string, key: string | undefined, hasAll: boolean): DifferenceInFile[] {
	if (firstCertificate(wanted) !== firstCertificate(found))
		return [{ at: "", expected: "the CA of --ca-dir", found: "another one" }];
	const [all, certificatesInTree] = [certificatesIn(wanted), certificatesIn(found)];
	const isSame =
		certificatesInTree.every((one) => all.includes(one)) &&
		(!hasAll || all.every((one) => certificatesInTree.includes(one)));
	return [
		...(isSame ? [] : [{ at: "certificates", expected: "those of --ca-dir", found: "others" }]),
		...(key === undefined || isKeyOf(found, key) ? [] : [{ at: "isOfItsKey", expected: true, found: false }]),
	];
}

/**
 * Whether a CA's certificate exists and its key is kept elsewhere. The key of the cluster's CA may have been lost, so that CA
 * counts as external only if the plan says so or its certificate is given.
 *
 * Source: UsingExternalCA, UsingExternalFrontProxyCA and UsingExternalEtcdCA, kubeadm phases/certs/certs.go.
 */
function signsElsewhere(
	{ name, certificatePath, keyPath }: CertificateRequest,
	{ plan, tree, given }: Against,
): boolean {
	if (tree.kindAt(keyPath) || given(keyPath) || !tree.readFile(certificatePath)) return false;
	return name !== "ca" || plan.cluster.externalCA || given(certificatePath) !== undefined;
}

/** Returns the differences between a node's certificate in a tree and its request. A certificate that was signed elsewhere may have more than was requested. */
export function leafDifferences(request: CertificateRequest, against: Against): Difference[] {
	const { plan, tree, now, saysCluster } = against;
	const { certificatePath, keyPath } = request;
	const ca = plan.authorities.find(({ name }) => name === request.ca);
	const isKept = ca !== undefined && signsElsewhere(ca, against);
	return [
		...fileDifferences(
			{ path: certificatePath, mode: readableByAll.mode, isKept },
			tree,
			({ content: certificate }) => {
				const key = tree.readFile(keyPath)?.content;
				const caCertificate = tree.readFile(ca?.certificatePath ?? "")?.content;
				const compared = { certificate, key, caCertificate, now, except: saysCluster ? [] : ofCluster };
				return isKept ? certificateInPlace(request, compared) : certificateDifferences(request, compared);
			},
		),
		...fileDifferences({ path: keyPath, mode: modeOf(keyPath, against), isKept }, tree),
	];
}

/** Returns the differences between the service account key pair in a tree and the expected pair. */
export function serviceAccountDifferences({ plan, tree, given }: Against): Difference[] {
	const { cluster, serviceAccountKey: key, command } = plan;
	if (!key) return [];
	const { privateKeyPath, publicKeyPath } = key;
	const { mode = rootOnly.mode } = rootlessFiles(cluster)[privateKeyPath] ?? {};
	const isKept = command === "join" || given(privateKeyPath) !== undefined;
	const ofGiven = ({ content }: { content: string }): DifferenceInFile[] => {
		const wanted = given(privateKeyPath)?.content;
		if (wanted === undefined || publicHalf(wanted) === publicHalf(content)) return [];
		return [{ at: "", expected: "the key of --ca-dir", found: "another one" }];
	};
	const belongs = ({ content }: { content: string }): DifferenceInFile[] => {
		const privateKey = tree.readFile(privateKeyPath)?.content;
		if (privateKey === undefined || publicHalf(privateKey) === content.trim()) return [];
		return [{ at: "", expected: `the public half of ${privateKeyPath}`, found: "something else" }];
	};
	return [
		...fileDifferences({ path: privateKeyPath, mode, isKept }, tree, ofGiven),
		...fileDifferences({ path: publicKeyPath, mode: rootOnly.mode, isKept }, tree, belongs),
	];
}

function modeOf(path: string, { plan }: Against): string {
	return rootlessFiles(plan.cluster)[path]?.mode ?? rootOnly.mode;
}

function publicHalf(privateKey: string): string | undefined {
	try {
		return publicKeyPem(createPrivateKey(privateKey)).trim();
	} catch {
		return undefined;
	}
}
