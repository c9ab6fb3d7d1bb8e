import { text } from "node:stream/consumers";
import { removeLab } from "./lab.ts";

// What `startReaper` starts: the input ends when the lab's owner does.
const [lab = "", ownerStart] = process.argv.slice(2);
if ((await text(process.stdin)) !== "dismissed") await removeLab(lab, ownerStart);
