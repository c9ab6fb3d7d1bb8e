// Measurements. Usage: npm run bench -- scale [NUMBER OF WORKERS ...], or npm run bench -- ha [NUMBER OF PAIRS]
import { putOnPath } from "../support/toolchain";
import { ha } from "./ha";
import { scale } from "./scale";

const [name, ...words] = process.argv.slice(2);
const numbers = words.map(Number);
if (name !== "scale" && name !== "ha") throw new Error(`expected scale or ha, got ${name ?? "nothing"}`);
await putOnPath(["pulumi"]);
if (name === "scale") await scale(numbers.length > 0 ? numbers : [100, 300, 1000]);
else await ha(numbers[0] ?? 5);
