import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { minors } from "../../lab/toolchain/tools.ts";
import { readDocument } from "../../provider/config/kubeadm/read-document";
import { kubeadm } from "./kubeadm";

/** Ends of a document in which spaces, tabs, tags, and where a line begins, matter: YAML's readers differ there. */
const texts: readonly string[] = [
	...["a: 1\n\t\n", "a: 1\n\t", 'a: "1"\n\t\nb: 2\n', "a: 1\n\t\nb: 2\n", "a: 1\n\t# c\nb: 2\n", "a: 1\n  \t\nb: 2\n"],
	...["a:\n  b: 1\n\t\n  c: 1\n", "a:\n  b: 1\n  \t\n  c: 1\n", "a:\n  b: 1\n   \t\n  c: 1\n", "a:\n\t\n  b: 1\n"],
	...["a:\n  b: 1\n    \t# c\n  c: 1\n", "a:\n  b: '1'\n    \t# c\n  c: 1\n", "a: # c\n\t# d\n  b: 1\n", "a: ''\n\n\t"],
	...[
		"a:\t1\n",
		"a: \t1\n",
		"a: 1\t\n",
		"a: 1\t# c\n",
		"a: '1'\t# c\n",
		"a:\t\n  b: 1\n",
		"a: &x\t1\n",
		"a: !!str\t1\n",
	],
	...["l:\n-\ta\n", "l:\n- \ta\n", "l:\n- a\t\n", "l:\n-\t\n  a\n", "l:\n- a\n\t\n- b\n", "l:\n- 'a'\n\t\n- b\n"],
	...["l:\n-\tb: 1\n", "l:\n- \tb: 1\n", "? a\n:\t1\n", "a\t: 1\n", "'a'\t: 1\n", "\ta: 1\n", " \ta: 1\n", "a: *x\t\n"],
	...[
		"a: [\n\t1,\n\t2]\n",
		"a: [1,\n\t\n2]\nb: 1\n",
		"a: [1]\n\t\nb: 1\n",
		"a: {}\n\t\nb: 1\n",
		"a: {x: 1,\n\ty: 2}\n",
	],
	...[
		'a: "x\n\ty"\n',
		"a: 'x\n\ty'\n",
		"a: x\n\ty\n",
		"a: x\n  \ty\n",
		"a: x\n  y\n\t\nb: 1\n",
		"a: x\n \t# c\nb: 1\n",
	],
	...["a: |\n  x\n\t\n  y\n", "a: |\n  x\n\t\nb: 1\n", "a: |\n  x\n  \ty\n", "a: |\n\tx\n", "a: >\n  x\n\ty\n"],
	...["\t\na: 1\n", "\t# c\na: 1\n", "# c\n\t\na: 1\n", "a: 1\n\tb: 2\n", "a:\n\tb: 2\n", "a:\n  - 1\n \t\n  - 2\n"],
	...[
		"a: [\n1,\n2]\n",
		"a: [\n  1,\n]\n",
		"a:\n  b: [\n1\n]\n",
		"a:\n  b: [\n  1\n  ]\n",
		"a: {\nx: 1\n}\n",
		"a: [x\ny]\n",
	],
	...[
		'a: "x\ny"\n',
		"a:\n  b: 'x\n\ny'\n",
		"l:\n- [\na\n]\n",
		"a: [1,\n# c\n2]\nb: 1\n",
		"a: 'x\n...\n'\n",
		"a: [\n- 1]\n",
	],
	...["%YAML 1.1\na: 1\n", "a: 1\n%YAML 1.1\nb: 2\n", 'a: 1\n%YAML 1.1\n"\n', "a: 1\n%YAML 2.0\n", "a: 1\n%NONE 1\n"],
	...["a: 1\n%TAG ! tag:x,2000:\n", "a:\n  b: 1\n%YAML 1.1\n", "a: 1\n % x\n", "a: 1\n%\n"],
	...[
		"a: x\u0085b: 1\n",
		"a: x\u2028b: 1\n",
		"a\u2029b: 1\n",
		"a: {b\u2028c: 1}\n",
		"# x\u2028a: 1\n",
		"a: {b\n: 1}\n",
	],
	...[
		"a: !own {b: 1}\n",
		"a: !!str []\n",
		"a: !!x {}\n",
		"a: !own\n  - 1\n",
		"a: !!omap [b: 1]\n",
		"a: !!map x\n",
		"a: !!x y\n",
	],
	...[
		"a: {b:[1]}\n",
		"a: {b:{}}\n",
		"a: {'b':[1]}\n",
		"a: [b:c]\n",
		"'a':#c\n",
		"'a': #c\n",
		"'b':\n:\n",
		"~: 1\n",
		"'': 1\n",
	],
	...["a: &b-_1 c\n", "a: &b. c\n", "a: &'b' c\n", "a: &é c\n", "a: [&b, c]\n", "a: {&b c: d}\n", "a: [&b c, *b]\n"],
	...["a: !{b: 1}\n", "a: [!x b, !!str c]\n", "a: [!x, b]\n", "a: !\n", "a: {b: !x}\n", "a: !<x>b\n"],
	...["a: [\n  {\n  b: c\n\t}\n]\n", "a: [\n{\nb: c\n\t}\n]\n", "a: [\n{\nb: 'c'\n\t}\n]\n"],
];

describe.each(minors)("a text at the edge of YAML, and kubeadm %s", (minor) => {
	it.each(texts)("are read alike: %j", async (text) => {
		const folder = await mkdtemp(join(tmpdir(), "spaces-"));
		try {
			const file = join(folder, "kubeadm.yaml");
			const document = `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${text}`;
			await writeFile(file, document);
			const { stderr } = await kubeadm(["config", "validate", "--config", file], { failing: true, minor });
			const { problem } = readDocument(document);
			expect(problem === undefined, problem).toBe(!/\byaml: |YAML to JSON/.test(stderr));
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
