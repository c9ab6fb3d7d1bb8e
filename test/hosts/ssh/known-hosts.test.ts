import { describe, expect, it } from "vitest";
import { knownKeys } from "../../../provider/hosts/ssh/known-hosts.ts";

describe("knownKeys", () => {
	it("passes over what is no key", () => {
		expect(knownKeys("example.com ssh-ed25519\nexample.com ssh-rsa AAAA\n\n#x\n@revoked\n", "example.com", 22)).toEqual(
			{ trusted: [], revoked: [], authorities: [] },
		);
	});
});
