import type { LabHost } from "../../../lab/index.ts";

/** What etcd has under a key. */
export async function inEtcd(host: LabHost, key: string): Promise<string> {
	const pki = "/etc/kubernetes/pki/etcd";
	const tls = `--cacert ${pki}/ca.crt --cert ${pki}/server.crt --key ${pki}/server.key`;
	const etcdctl = `crictl exec $(crictl ps -q --name '^etcd$') etcdctl --endpoints https://127.0.0.1:2379 ${tls}`;
	return (await host.exec(`${etcdctl} get --print-value-only ${key}`, { check: true })).stdout;
}

/** Shell words that ask the member of a host with etcd's own tool, before the words of a command. */
export const etcdctl = [
	"etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt",
	"--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key",
].join(" ");

/** Names of the members with a vote, as etcd's own tool lists them. */
export async function voters(host: LabHost): Promise<string[]> {
	const { stdout } = await host.exec(`${etcdctl} member list -w json`, { check: true });
	const { members } = JSON.parse(stdout) as { members: { name: string; isLearner?: boolean; clientURLs?: string[] }[] };
	return members
		.filter(({ isLearner, clientURLs }) => !isLearner && clientURLs?.length)
		.map(({ name }) => name)
		.sort();
}
