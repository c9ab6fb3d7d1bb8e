import { execFileSync } from "node:child_process";
import { it } from "vitest";
import { connect, disconnectAll } from "../../provider/hosts/ssh";
import { makeAccount } from "./account";
import { startSshd } from "./sshd";
it("dbg", async () => {
	const own = await startSshd({ settings: ["SetEnv SHLVL=0"] });
	const a = makeAccount({});
	execFileSync("chmod", ["-R", "a+rX", own.folder]);
	try { await connect({ ...own.args, user: a.name, dialErrorLimit: 1 }); } catch (e) { console.log(String(e)); }
	console.log(own.log());
	await disconnectAll(); await own.stop(); a.remove();
}, 30000);
it("200", async () => {
	const own = await startSshd();
	const host = await connect(own.args);
	for (let round = 0; round < 6; round++) {
		const r = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => host.run({ intent: "echo", script: `echo ${i}` })));
		console.log(round, r.filter((x) => x.status === "rejected").length, (r.find((x) => x.status === "rejected") as any)?.reason?.message);
	}
	console.log(own.log().split("\n").filter((l) => !/Starting session|Close session/.test(l)).slice(-30).join("\n"));
	await disconnectAll(); await own.stop();
}, 30000);
