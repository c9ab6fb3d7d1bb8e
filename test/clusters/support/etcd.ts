import type { LabHost } from "../../../lab/index.ts";

/** What etcd has under a key. */
export async function inEtcd(host: LabHost, key: string): Promise<string> {
	const pki = "/etc/kubernetes/pki/etcd";
	const tls = `--cacert ${pki}/ca.crt --cert ${pki}/server.crt --key ${pki}/server.key`;
	const etcdctl = `crictl exec $(crictl ps -q --name '^etcd$') etcdctl --endpoints https://127.0.0.1:2379 ${tls}`;
	return (await host.exec(`${etcdctl} get --print-value-only ${key}`, { check: true })).stdout;
}
