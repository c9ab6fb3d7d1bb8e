import type { Duplex } from "node:stream";
import { ports } from "../../facts/ports";
import { splitHostPort } from "../../go/address";
import { GrpcStatus, withGrpc } from "../../hosts/grpc";
import type { Host } from "../../hosts/host";
import { secureStream, type TlsCredentials } from "../../hosts/secure-stream";
import { within } from "../../hosts/within";
import { decodeEtcd, type EtcdAnswers, encodeEtcd, etcdPath } from "./etcd-messages";

/** Calls a method of one etcd member. @throws GrpcStatus where etcd refuses; another error where it does not answer */
export type EtcdCall = <M extends keyof EtcdAnswers>(method: M, request?: object) => Promise<EtcdAnswers[M]>;

/** An etcd member, as reached from a control plane. */
export interface EtcdEndpoint {
	/** The control plane from which the member is reached, with kubeadm's client certificate for health checks. */
	host: Host;
	/** Address of the member: an IP address without brackets. */
	address: string;
	/** Port of the member for clients. @default 2379 */
	port?: number;
	/** Directory of the cluster's certificates on the host. */
	certificatesDir: string;
}

/** Limit for a connection to a member, in seconds. */
const DIAL_SECONDS = 3;

/** Limit of a call, in seconds: as long as etcd's own limit for a proposal without a leader. */
const CALL_SECONDS = 7;

/**
 * Runs `use` with an etcd member. The calls go through the host's SSH connection, with the host's
 * `etcd/healthcheck-client` certificate, as kubeadm's own calls do.
 * @throws HostError where the host is not reached; Error where the certificate's files are missing
 */
export async function withEtcd<T>(
	{ host, address, port = ports.etcdClient, certificatesDir }: EtcdEndpoint,
	use: (call: EtcdCall) => Promise<T>,
): Promise<T> {
	const credentials = await credentialsOf(host, certificatesDir);
	const open = async () => secureStream(await host.dial(address, port), address, { ...credentials, protocol: "h2" });
	// A machine that is switched off refuses nothing, and an etcd without its majority takes connections and says nothing.
	const dial = () =>
		within<Duplex>(open(), { seconds: DIAL_SECONDS, what: "connection", late: (stream) => stream.destroy() });
	return withGrpc(dial, (grpc) =>
		use(async (method, request = {}) =>
			decodeEtcd(
				method,
				await grpc({ path: etcdPath(method), message: encodeEtcd(method, request), timeoutSeconds: CALL_SECONDS }),
			),
		),
	);
}

/** Address and port of a client or peer URL, such as `https://198.18.0.11:2379`. */
export function addressOf(url: string): { address: string; port: number } {
	const { host, port } = splitHostPort(url.replace(/^[a-z]+:\/\//, ""));
	return { address: host, port: Number(port) };
}

/** Whether etcd refused a call. False where it could not answer: an etcd that ends, has no leader, or is too slow. */
export function isRefusal(error: unknown): boolean {
	return error instanceof GrpcStatus && !unanswered.test(error.message);
}

/** Whether an etcd runs that could not answer, as for example its members have no majority. */
export function isUnanswered(error: unknown): boolean {
	return error instanceof GrpcStatus && unanswered.test(error.message);
}

/** Source: etcd api/v3rpc/rpctypes/error.go. */
const unanswered =
	/server stopped|no leader|leader changed|not leader|timed out|deadline exceeded|canceled|too many requests/;

/** Whether a host has the certificate with which this package asks etcd from there. */
export async function hasClientCertificate({
	host,
	certificatesDir,
}: Pick<EtcdEndpoint, "host" | "certificatesDir">): Promise<boolean> {
	const { cert } = clientFiles(certificatesDir);
	return (await host.read([cert])).has(cert);
}

async function credentialsOf(host: Host, certificatesDir: string): Promise<TlsCredentials> {
	const files = clientFiles(certificatesDir);
	const found = await host.read(Object.values(files));
	const missing = Object.values(files).filter((path) => !found.has(path));
	if (missing.length > 0) throw new Error(`${host.name}: etcd cannot be asked: ${missing.join(", ")} is missing`);
	return Object.fromEntries(Object.entries(files).map(([field, path]) => [field, found.get(path)!.content]));
}

function clientFiles(certificatesDir: string) {
	return {
		ca: `${certificatesDir}/etcd/ca.crt`,
		cert: `${certificatesDir}/etcd/healthcheck-client.crt`,
		key: `${certificatesDir}/etcd/healthcheck-client.key`,
	};
}
