import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { foreignOwner } from "../../../provider/hosts/placement/foreign";
import { forgetProgram, learnProgram } from "../../../provider/hosts/placement/program";
import { certificateAuthority } from "../../../provider/lifecycle/certificate-authority";
import { cluster } from "../../support/cluster";
import { MemoryHost } from "../../support/memory-host";

const path = "/etc/kubernetes/pki/apiserver.crt";
const claim = "/var/lib/pulumi-kubeadm/node.json";
const shop = { id: "1a2b3c4d-0", name: "shop/dev" };
const backup =
	'where nothing needs it, move it to a backup: ssh root@198.18.0.11:22 "mkdir -p /root/before-pulumi-kubeadm/etc/kubernetes/pki && mv /etc/kubernetes/pki/apiserver.crt /root/before-pulumi-kubeadm/etc/kubernetes/pki/"';
let authority: { certificate: string; publicKeyHash: string };
let host: MemoryHost;

beforeAll(async () => {
	authority = (await certificateAuthority.create(certificateAuthority.check({ name: "ca", cluster }, undefined)))
		.outputs;
});

beforeEach(() => {
	forgetProgram();
	learnProgram({ id: "2", name: "books/dev" });
	host = new MemoryHost();
});

describe("a file that this program did not place", () => {
	it("is nobody's where nothing on the host needs it, and may be moved to a backup", async () => {
		expect(await foreignOwner(host, path)).toEqual({ whose: "", next: backup });
	});

	it("is of the program whose node the host is, and goes with that program's destroy", async () => {
		host.put(claim, JSON.stringify({ program: shop, node: "cp-1", owners: [] }));
		expect(await foreignOwner(host, path)).toEqual({
			whose: "of node cp-1 of the Pulumi program shop/dev (id 1a2b3c4d)",
			next: "use another machine, or run `pulumi destroy` in that program first",
		});
	});

	it("is of the cluster whose kubelet runs there, and stays", async () => {
		host.put("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n");
		host.put("/etc/kubernetes/manifests/kube-apiserver.yaml", "kind: Pod\n");
		host.put("/etc/kubernetes/pki/ca.crt", authority.certificate);
		host.answers(/kubelet/, () => "active\n");
		expect(await foreignOwner(host, path)).toEqual({
			whose: `of a control plane of another cluster, CA sha256:${authority.publicKeyHash}`,
			next: "leave it there, as that cluster uses it, and use another machine",
		});
	});

	it("is nobody's where the record of the node cannot be read", async () => {
		host.put(claim, "no JSON");
		expect(await foreignOwner(host, path)).toEqual({ whose: "", next: backup });
	});
});
