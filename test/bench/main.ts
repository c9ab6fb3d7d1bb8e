// Measurements. Usage: npm run bench -- scale [NUMBER OF WORKERS ...]
import { putOnPath } from "../support/toolchain";
import { scale } from "./scale";

const [name, ...words] = process.argv.slice(2);
if (name !== "scale") throw new Error(`expected scale, got ${name ?? "nothing"}`);
await putOnPath(["pulumi"]);
await scale(words.length > 0 ? words.map(Number) : [100, 300, 1000]);
