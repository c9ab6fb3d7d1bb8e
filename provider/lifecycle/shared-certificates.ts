import type { FileToWrite } from "../hosts/host";
import { type CaName, caRequest, serviceAccountKeyPaths } from "../render/pki/certificates";
import { type ClusterSpec, resolveCluster } from "../spec/cluster";
import type { Lifecycle } from "./lifecycle";
import { keyPem, publicKeyPem } from "./pki/keys";
import { type Digests, displace, newId, place } from "./placement/place";
import { digestOf } from "./placement/records";
import { type HostReference, reach } from "./reach";
import { keep, recall } from "./vault";

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
export const sharedCertificates: Lifecycle<SharedCertificatesArgs, SharedCertificatesInputs, SharedCertificatesOutputs> = {
	outputs: ["digests"],

	check({ host, cluster, authorities, serviceAccountKey }) {
		const resolved = resolveCluster(cluster);
		const pairs: SharedPair[] = Object.entries(authorities).map(([name, { certificate, privateKey }]) => {
			const { certificatePath, keyPath } = caRequest(name as CaName, resolved);
			return { publicPath: certificatePath, certificate, keyPath, fingerprint: keep(privateKey) };
		});
		const { publicKeyPath, privateKeyPath } = serviceAccountKeyPaths(resolved);
		return { host, pairs: [...pairs, { publicPath: publicKeyPath, keyPath: privateKeyPath, fingerprint: keep(serviceAccountKey) }] };
	},

	async create(inputs) {
		const id = newId(inputs.pairs[0]!.publicPath);
		const { digests } = await place({ host: await reach(inputs.host), owner: id, files: filesOf(inputs) });
		return { id, outputs: { digests } };
	},

	async read(_id, state) {
		const found = await (await reach(state.host)).read(Object.keys(state.digests));
		if (found.size === 0) return undefined;
		return { ...state, digests: Object.fromEntries([...found].map(([path, { digest }]) => [path, digest])) };
	},

	/** The keys are known in every run but not in the state: what lies on the host is compared with them by digest. */
	diff(state, inputs) {
		const wanted = Object.fromEntries(filesOf(inputs).map(({ path, content }) => [path, digestOf(content)]));
		const same = Object.entries(wanted).every(([path, digest]) => state.digests?.[path] === digest);
		return same ? {} : { changes: true };
	},

	async update(id, state, inputs) {
		const { digests } = await place({ host: await reach(inputs.host), owner: id, files: filesOf(inputs), seen: state.digests ?? {} });
		return { digests };
	},

	async delete(id, state) {
		await displace({ host: await reach(state.host), owner: id, paths: state.pairs.flatMap(({ publicPath, keyPath }) => [publicPath, keyPath]) });
	},
};

function filesOf({ pairs }: SharedCertificatesInputs): FileToWrite[] {
	return pairs.flatMap(({ publicPath, certificate, keyPath, fingerprint }) => {
		const key = recall(fingerprint);
		return [
			{ path: keyPath, content: keyPem(key), mode: "0600", owner: "root", group: "root" },
			{ path: publicPath, content: certificate ?? publicKeyPem(key), mode: certificate ? "0644" : "0600", owner: "root", group: "root" },
		];
	});
}
