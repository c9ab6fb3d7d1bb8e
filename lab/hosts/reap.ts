import { text } from "node:stream/consumers";
import { removeLab } from "./lab.ts";

// Program that `startReaper` starts: its standard input ends when the lab's owner ends.
const [lab = "", ownerStart] = process.argv.slice(2);
if ((await text(process.stdin)) !== "dismissed") await removeLab(lab, ownerStart);
