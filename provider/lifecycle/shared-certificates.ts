import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { FileToWrite, Host } from "../hosts/host";
import { type CaName, type CertificateRequest, caRequest, serviceAccountKeyPaths } from "../render/pki/certificates";
import type { ClusterSpec } from "../spec/cluster";
import type { Lifecycle } from "./lifecycle";
import { keyPem, publicKeyPem } from "./pki/keys";
import { type Digests, displace, newId, place } from "./placement/place";
import { digestOf } from "./placement/records";
import { type HostReference, reach } from "./reach";
import { renderCluster } from "./rendering";
import { type AuthorityReference, keep, keptAuthority, recall } from "./vault";

export interface SharedCertificatesArgs {
	host: HostReference;
	cluster: ClusterSpec;
	/** The CAs, by kubeadm's names. */
	authorities: Record<CaName, { certificate: string; privateKey: string }>;
	/** PEM of the service account key. */
	serviceAccountKey: string;
}

/** One key, and what lies beside it. */
interface SharedPair {
	/** Path of the certificate or the public key. */
	publicPath: string;
	/** PEM of the certificate; absent for a bare key pair. */
	certificate?: string;
	keyPath: string;
	/** Fingerprint of the key. */
	fingerprint: string;
	/** SHA-256 of what is written to each path, hexadecimal. */
	keyDigest: string;
	publicDigest: string;
}

export interface SharedCertificatesInputs {
	host: HostReference;
	pairs: SharedPair[];
}

export interface SharedCertificatesOutputs {
	digests: Digests;
}

/**
 * What all control planes have in common: the CAs with their keys and the service account key pair.
 * Source: `certificatesToTransfer`, kubeadm phases/copycerts/copycerts.go.
 */
export const sharedCertificates: Lifecycle<
	SharedCertificatesArgs,
	SharedCertificatesInputs,
	SharedCertificatesOutputs
> = {
	outputs: ["digests"],

	check({ host, cluster, authorities, serviceAccountKey }) {
		if (isUnknown(authorities)) return { host, pairs: UNKNOWN as never };
		const { pairs } = renderCluster(cluster, (resolved) => ({
			pairs: [
				...Object.entries(authorities).map(([name, authority]) =>
					authorityPair(caRequest(name as CaName, resolved), authority),
				),
				serviceAccountPair(serviceAccountKeyPaths(resolved), serviceAccountKey),
			],
		}));
		return { host, pairs };
	},

	async create(inputs) {
		const id = newId(inputs.pairs[0]!.publicPath);
		const host = await reach(inputs.host);
		await refuseOtherCluster(host, inputs);
		const { digests } = await place({ host, owner: id, files: filesOf(inputs) });
		return { id, outputs: { digests } };
	},

	async read(_id, state) {
		const found = await (await reach(state.host)).read(pathsOf(state));
		if (found.size === 0) return undefined;
		return { ...state, digests: Object.fromEntries([...found].map(([path, { digest }]) => [path, digest])) };
	},

	/** What lies on the host is compared by digest: a refresh knows no keys. */
	diff(state, { pairs }) {
		const { digests = {} } = state;
		const drifted = pairs.some(
			({ keyPath, keyDigest, publicPath, publicDigest }) =>
				digests[keyPath] !== keyDigest || digests[publicPath] !== publicDigest,
		);
		return drifted ? { changes: true } : {};
	},

	async update(id, state, inputs) {
		const { digests } = await place({
			host: await reach(inputs.host),
			owner: id,
			files: filesOf(inputs),
			seen: state.digests ?? {},
		});
		return { digests };
	},

	async delete(id, state) {
		await displace({ host: await reach(state.host), owner: id, paths: pathsOf(state) });
	},
};

/** A new resource never takes a running cluster's CAs away, not even one that was made with this package. */
async function refuseOtherCluster(host: Host, inputs: SharedCertificatesInputs): Promise<void> {
	const found = await host.read(pathsOf(inputs));
	const other = filesOf(inputs).filter(
		({ path, content }) => found.has(path) && found.get(path)!.digest !== digestOf(content),
	);
	if (other.length === 0) return;
	throw new Error(
		`${host.name}: ${other.map(({ path }) => path).join(", ")}: expected no files, or those of this cluster, got another cluster's; to take it over give its CAs to the program, to end it run \`kubeadm reset\` on the host`,
	);
}

function authorityPair({ certificatePath, keyPath }: CertificateRequest, authority: AuthorityReference): SharedPair {
	const { certificate, fingerprint } = keptAuthority(authority);
	const publicDigest = isUnknown(certificate) ? UNKNOWN : digestOf(certificate);
	return { publicPath: certificatePath, certificate, keyPath, fingerprint, ...digestsOf(fingerprint), publicDigest };
}

function serviceAccountPair(
	{ publicKeyPath, privateKeyPath }: { publicKeyPath: string; privateKeyPath: string },
	pem: string,
): SharedPair {
	const fingerprint = keep(pem, "serviceAccountKey");
	return { publicPath: publicKeyPath, keyPath: privateKeyPath, fingerprint, ...digestsOf(fingerprint) };
}

function digestsOf(fingerprint: string): Pick<SharedPair, "keyDigest" | "publicDigest"> {
	if (isUnknown(fingerprint)) return { keyDigest: UNKNOWN, publicDigest: UNKNOWN };
	const key = recall(fingerprint);
	return { keyDigest: digestOf(keyPem(key)), publicDigest: digestOf(publicKeyPem(key)) };
}

function pathsOf({ pairs }: Pick<SharedCertificatesInputs, "pairs">): string[] {
	return pairs.flatMap(({ keyPath, publicPath }) => [keyPath, publicPath]);
}

function filesOf({ pairs }: SharedCertificatesInputs): FileToWrite[] {
	return pairs.flatMap(({ publicPath, certificate, keyPath, fingerprint }) => {
		const key = recall(fingerprint);
		return [
			{ path: keyPath, content: keyPem(key), mode: "0600", owner: "root", group: "root" },
			{
				path: publicPath,
				content: certificate ?? publicKeyPem(key),
				mode: certificate ? "0644" : "0600",
				owner: "root",
				group: "root",
			},
		];
	});
}
