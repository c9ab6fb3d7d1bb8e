import { expect, it } from "vitest";
import { inTurn } from "../../../provider/hosts/placement/turn";
import { MemoryHost } from "../../support/memory-host";

it("changes of one host run one after the other, also after one that failed, and those of another host beside them", async () => {
	const [one, other] = [new MemoryHost("host-1"), new MemoryHost("host-2")];
	const begun: string[] = [];
	const ends = new Map<string, (failed: boolean) => void>();
	const change = (name: string) => () =>
		new Promise<string>((resolve, reject) => {
			begun.push(name);
			ends.set(name, (failed) => (failed ? reject(new Error(name)) : resolve(name)));
		});
	const first = inTurn(one, change("etcd"));
	const second = inTurn(one, change("kube-apiserver"));
	const beside = inTurn(other, change("kubelet"));
	await Promise.resolve();
	expect(begun).toEqual(["etcd", "kubelet"]);
	ends.get("etcd")!(true);
	await expect(first).rejects.toThrow("etcd");
	expect(begun).toEqual(["etcd", "kubelet", "kube-apiserver"]);
	ends.get("kube-apiserver")!(false);
	ends.get("kubelet")!(false);
	expect(await Promise.all([second, beside])).toEqual(["kube-apiserver", "kubelet"]);
});
