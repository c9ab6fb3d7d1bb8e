import { describe, expect, it } from "vitest";
import { pasteReady, quote } from "../../provider/hosts/shell.ts";
import type { ConnectionArgs } from "../../provider/hosts/ssh/connection.ts";

describe("a command to paste", () => {
	const args: ConnectionArgs = { host: "198.18.0.2" };

	it("is as short as it can be", () => {
		expect(pasteReady(args, "systemctl status kubelet")).toBe("ssh root@198.18.0.2 'systemctl status kubelet'");
		expect(pasteReady({ ...args, user: "admin", port: 2222, privateKeyFile: "~/my keys/id" }, "id")).toBe(
			`ssh -p 2222 -i '~/my keys/id' admin@198.18.0.2 'sudo id'`,
		);
		expect(pasteReady({ ...args, proxy: { host: "b", user: "jump", port: 23 } }, "a | b")).toBe(
			`ssh -J jump@b:23 root@198.18.0.2 'sh -c '\\''a | b'\\'''`,
		);
		expect(pasteReady(args, "a\nb\n")).toBe("ssh root@198.18.0.2 sh <<'EOF'\na\nb\nEOF");
	});

	it("quotes what a shell would read", () => {
		expect([quote("/etc/x-1.conf"), quote("it's"), quote(""), quote("a b")]).toEqual([
			"/etc/x-1.conf",
			"'it'\\''s'",
			"''",
			"'a b'",
		]);
	});
});
