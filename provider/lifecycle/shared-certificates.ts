import type { ClusterSpec } from "../config/cluster";
import { ExpectationError, expected } from "../config/expected";
import { readableByAll, rootOnly } from "../facts/file-access";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { FileToWrite, Host } from "../hosts/host";
import { foreignOwner } from "../hosts/placement/foreign";
import { type Digests, isOwnedBy, newId, placeFiles, removeFiles } from "../hosts/placement/place";
import { digestOf } from "../hosts/placement/records";
import { type HostReference, reach } from "../hosts/reach";
import { type AuthorityReference, authorityByFingerprint, rememberedKey, rememberKey } from "../pki/key-memory";
import { keyPem, publicKeyPem } from "../pki/keys";
import {
	type ByAuthority,
	type CaName,
	type CertificateRequest,
	caRequest,
	serviceAccountKeyPaths,
} from "../render/pki/certificates";
import { type FileAccess, rootlessFiles } from "../render/static-pods/rootless";
import type { Lifecycle } from "./lifecycle";
import { renderCluster } from "./rendering";

/** Arguments of a `SharedCertificates`. */
export interface SharedCertificatesArgs {
	/** The control plane's host. */
	host: HostReference;
	/** The cluster. `certificatesDir` is the folder of the files. */
	cluster: ClusterSpec;
	/** The CAs by kubeadm's names, each with certificate and private key, PEM. The key of an external CA is empty. */
	authorities: ByAuthority<{ certificate: string; privateKey: string }>;
	/** Private key that signs service account tokens, PEM. Secret. @default none: no key pair is placed */
	serviceAccountKey?: string;
}

/** One private key, and the certificate or public key that lies beside it. */
interface SharedPair {
	/** kubeadm's name of the pair, such as "ca" or "sa". */
	name: string;
	/** Path of the certificate or the public key. */
	publicPath: string;
	/** PEM of the certificate; absent for a bare key pair. */
	certificate?: string;
	keyPath: string;
	/** Fingerprint of the key. Absent for an external CA, whose key this program does not have. */
	fingerprint?: string;
	/** SHA-256 of the content that is written to each path, hexadecimal. */
	keyDigest?: string;
	publicDigest: string;
	/** Owner, group and mode of the files, by path. @default root */
	fileAccess?: Record<string, FileAccess>;
}

/** Inputs of a `SharedCertificates`, as the state keeps them. */
export interface SharedCertificatesInputs {
	/** The control plane's host. */
	host: HostReference;
	/**
	 * Pairs of files to place: paths, certificates, fingerprints and digests. Private keys are not among the inputs.
	 */
	files: SharedPair[];
}

/** Outputs of a `SharedCertificates`. */
export interface SharedCertificatesOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
}

/**
 * Lifecycle of the files that all control planes share: the CAs with their keys, and the service account key pair. Of
 * an external CA, only the certificate is placed.
 *
 * Source: `certificatesToTransfer`, kubeadm phases/copycerts/copycerts.go.
 */
export const sharedCertificates: Lifecycle<
	SharedCertificatesArgs,
	SharedCertificatesInputs,
	SharedCertificatesOutputs
> = {
	check({ host, cluster, authorities, serviceAccountKey }) {
		if (isUnknown(authorities)) return { host, files: UNKNOWN as never };
		const { pairs } = renderCluster(cluster, (resolved) => ({
			pairs: [
				...Object.entries(authorities).map(([name, authority]) =>
					authorityPair(caRequest(name as CaName, resolved), authority),
				),
				...(serviceAccountKey === undefined
					? []
					: [serviceAccountPair(serviceAccountKeyPaths(resolved), serviceAccountKey)]),
			].map((pair) => withAccess(pair, rootlessFiles(resolved))),
		}));
		return { host, files: pairs };
	},

	async create(inputs) {
		const id = newId(inputs.files[0]!.publicPath);
		const host = await reach(inputs.host);
		await refuseOtherCluster(host, inputs);
		await refuseKeyOfExternal(host, id, inputs);
		const { digests } = await placeFiles({ host, owner: id, files: filesOf(inputs) });
		return { id, outputs: { digests } };
	},

	async read(_id, state) {
		const filesOnHost = await (await reach(state.host)).read(pathsOf(state));
		if (filesOnHost.size === 0) return undefined;
		return { ...state, digests: Object.fromEntries([...filesOnHost].map(([path, { digest }]) => [path, digest])) };
	},

	/** Compares the files on the host by digest, as a refresh has no keys in memory. */
	diff(state, { files: pairs }) {
		const { digests = {} } = state;
		const drifted = pairs.flatMap(({ keyPath, keyDigest, publicPath, publicDigest }) => [
			...(digests[keyPath] === keyDigest ? [] : [keyPath]),
			...(digests[publicPath] === publicDigest ? [] : [publicPath]),
		]);
		return drifted.length > 0 ? { changes: true, reason: `the host has other content in ${drifted.join(", ")}` } : {};
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		await refuseKeyOfExternal(host, id, inputs);
		const files = filesOf(inputs);
		const { digests } = await placeFiles({ host, owner: id, files, stateDigests: state.digests ?? {} });
		const kept = files.map(({ path }) => path);
		// The key of a CA that became external is removed from the host.
		await removeFiles({ host, owner: id, paths: pathsOf(state).filter((path) => !kept.includes(path)) });
		return { digests };
	},

	async delete(id, state) {
		await removeFiles({ host: await reach(state.host), owner: id, paths: pathsOf(state) });
	},
};

/** Refuses to replace a running cluster's CAs, even those of a cluster that was made with this package. */
async function refuseOtherCluster(host: Host, inputs: SharedCertificatesInputs): Promise<void> {
	const filesOnHost = await host.read(pathsOf(inputs));
	const other = filesOf(inputs).filter(
		({ path, content }) => filesOnHost.has(path) && filesOnHost.get(path)!.digest !== digestOf(content),
	);
	if (other.length === 0) return;
	const { whose, next } = await foreignOwner(host, other[0]!.path);
	throw new Error(
		`${expected({ at: `${host.name}: ${other.map(({ path }) => path).join(", ")}`, expected: "no files, or those of this cluster", got: `others${whose && ` ${whose}`}. To use what is there, give it to the program:` })}\n${howToGive(
			host,
			inputs,
			other.map(({ path }) => path),
		)}\nto begin anew: ${next}`,
	);
}

/** Commands and arguments with which a program uses the CAs and the service account key that lie on a host. */
function howToGive(host: Host, { files: pairs }: SharedCertificatesInputs, others: readonly string[]): string {
	const concerned = pairs.filter((pair) => [pair.keyPath, pair.publicPath].some((path) => others.includes(path)));
	const files = concerned.flatMap(({ name, certificate, keyPath, publicPath }) => [
		...(certificate ? [{ path: publicPath, file: `${name}.crt` }] : []),
		{ path: keyPath, file: `${name}.key` },
	]);
	const authorities = concerned
		.filter(({ certificate }) => certificate)
		.map(
			({ name }) =>
				`"${name}": { certificate: readFileSync("${name}.crt", "utf8"), privateKey: readFileSync("${name}.key", "utf8") }`,
		);
	return [
		...files.map(({ path, file }) => `  ${host.typed(`cat ${path}`)} > ${file}`),
		...(authorities.length > 0 ? [`  authorities: { ${authorities.join(", ")} },`] : []),
		...(concerned.some(({ certificate }) => !certificate)
			? [`  serviceAccountKey: readFileSync("sa.key", "utf8"),`]
			: []),
	].join("\n");
}

/** Refuses a host that has the key of an external CA. kubeadm uses a CA as its own as soon as the key is there. */
async function refuseKeyOfExternal(host: Host, id: string, { files: pairs }: SharedCertificatesInputs): Promise<void> {
	const external = pairs.filter(({ fingerprint }) => fingerprint === undefined).map(({ keyPath }) => keyPath);
	const filesOnHost = await host.read(external);
	for (const path of filesOnHost.keys())
		if (!(await isOwnedBy({ host, owner: id, path })))
			throw new ExpectationError({
				at: `${host.name}: ${path}`,
				expected: "no file, as this CA was given without its key",
				got: "one",
				next: `give the key to the program, or run \`${host.typed(`rm ${path}`)}\``,
			});
}

function withAccess(pair: SharedPair, files: Record<string, FileAccess>): SharedPair {
	const access = Object.entries(files).filter(([path]) => path === pair.keyPath || path === pair.publicPath);
	return access.length > 0 ? { ...pair, fileAccess: Object.fromEntries(access) } : pair;
}

function authorityPair(
	{ name, certificatePath, keyPath }: CertificateRequest,
	authority: AuthorityReference,
): SharedPair {
	const { certificate, fingerprint } = authorityByFingerprint(authority, `authorities.${name}`);
	const publicDigest = isUnknown(certificate) ? UNKNOWN : digestOf(certificate);
	const key = fingerprint === undefined ? {} : { fingerprint, ...digestsOf(fingerprint) };
	return { name, publicPath: certificatePath, certificate, keyPath, ...key, publicDigest };
}

function serviceAccountPair(
	{ publicKeyPath, privateKeyPath }: { publicKeyPath: string; privateKeyPath: string },
	pem: string,
): SharedPair {
	const fingerprint = rememberKey(pem, "serviceAccountKey");
	return { name: "sa", publicPath: publicKeyPath, keyPath: privateKeyPath, fingerprint, ...digestsOf(fingerprint) };
}

function digestsOf(fingerprint: string): { keyDigest: string; publicDigest: string } {
	if (isUnknown(fingerprint)) return { keyDigest: UNKNOWN, publicDigest: UNKNOWN };
	const key = rememberedKey(fingerprint);
	return { keyDigest: digestOf(keyPem(key)), publicDigest: digestOf(publicKeyPem(key)) };
}

function pathsOf({ files: pairs }: Pick<SharedCertificatesInputs, "files">): string[] {
	return pairs.flatMap(({ keyPath, publicPath }) => [keyPath, publicPath]);
}

function filesOf({ files: pairs }: SharedCertificatesInputs): FileToWrite[] {
	return pairs.flatMap(({ publicPath, certificate, keyPath, fingerprint, fileAccess = {} }) => {
		if (fingerprint === undefined) return [{ path: publicPath, content: certificate!, ...readableByAll }];
		const key = rememberedKey(fingerprint);
		const content = certificate ?? publicKeyPem(key);
		return [
			{ path: keyPath, content: keyPem(key), ...rootOnly, ...fileAccess[keyPath] },
			{ path: publicPath, content, ...(certificate ? readableByAll : rootOnly), ...fileAccess[publicPath] },
		];
	});
}
