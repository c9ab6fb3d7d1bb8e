// Records what the real kubeadm of each minor release makes of the configurations in this folder:
// node lab/start.mjs --import ./test/parity/generate/register.mjs test/golden/record.ts
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump } from "js-yaml";
import { minors } from "../../lab/toolchain/index";
import { hostFacts } from "../parity/generate/host";
import { kubeadmFacts } from "../parity/generate/kubeadm-facts";
import { kubeadmOf, startOracle } from "../parity/generate/oracle";
import setUpToolchain from "../support/toolchain";
import { lastingFacts } from "./lasting-facts";

const here = import.meta.dirname;

await setUpToolchain();
for (const minor of minors) await record(minor);

async function record(minor: string): Promise<void> {
	const oracle = await startOracle(kubeadmOf(minor), 1);
	try {
		await mkdir(join(here, oracle.version), { recursive: true });
		for (const name of (await readdir(here)).filter((file) => file.endsWith(".yaml"))) {
			const text = (await readFile(join(here, name), "utf8")).replace(`\${VERSION}`, oracle.version);
			const answer = await oracle.ask({ title: name, command: "init", documents: [], text }, text);
			if (!answer.accepted) throw new Error(`${name}: expected kubeadm ${minor} to take it, got ${answer.problem}`);
			const recorded = { host: hostFacts(false), facts: lastingFacts(kubeadmFacts(answer).facts) };
			await writeFile(join(here, oracle.version, name), dump(recorded, { lineWidth: -1, sortKeys: true }));
		}
	} finally {
		await oracle.stop();
	}
}
