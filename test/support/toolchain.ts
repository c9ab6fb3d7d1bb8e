import { delimiter } from "node:path";
import { ensureToolchain } from "../../lab/toolchain/index.ts";

/** Puts the toolchain on the tests' PATH. */
export default async function setup(): Promise<void> {
	const { binDir } = await ensureToolchain();
	process.env["PATH"] = `${binDir}${delimiter}${process.env["PATH"]}`;
}
