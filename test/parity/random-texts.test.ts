import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { nodeFiles } from "../../provider/render/node-plan";
import { advertiseAddress, type Case, dryRun, thisHost, version } from "./kubeadm";

const letters = [..."aeEyYnNoOxX0123456789._-+:#'\"\\,[]{}&*!|>%@`~=<? \n\tüÜ日 \u00a0"];
const words = [
	"true",
	"null",
	"0x1f",
	"1e5",
	"12:30",
	"2026-01-02",
	"a b ",
	"x".repeat(30),
	"--flag=",
	": ",
	" #",
	"- ",
	"\n",
	"\n\n",
	" ",
];

it("prints texts made at random as kubeadm does, byte for byte", async () => {
	const seed = Math.floor(Math.random() * 2 ** 31);
	const text = fc.oneof(
		fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 }),
		fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join("")),
		fc.string({ unit: fc.constantFrom(..."0123456789_xXbBoOeE.+-"), minLength: 1, maxLength: 8 }),
		fc.string({ unit: fc.constantFrom(..."0123456789-:TtZ ."), minLength: 1, maxLength: 12 }),
	);
	const extraEnvs = fc
		.sample(text, { seed, numRuns: 1000 })
		.map((value, index) => ({ name: `V${1000 + index}`, value }));
	const subject: Case = { cluster: { encryptionAlgorithm: "ECDSA-P256", apiServer: { extraEnvs } } };
	const { files } = await dryRun(subject);
	const cluster = resolveCluster({ kubernetesVersion: version, ...subject.cluster });
	const node = resolveNode(cluster, { localAPIEndpoint: { advertiseAddress }, facts: thisHost() }, "control-plane");
	const ours = nodeFiles(cluster, node)["/etc/kubernetes/manifests/kube-apiserver.yaml"]!.content;
	expect({ seed, manifest: ours }).toEqual({ seed, manifest: files["kube-apiserver.yaml"]!.content });
}, 60_000);
