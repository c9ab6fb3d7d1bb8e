import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import type { HostError } from "../../../provider/hosts/host-error";
import type { ConnectionArgs } from "../../../provider/hosts/ssh/connection";
import { connect, disconnectAll } from "../../../provider/hosts/ssh/ssh";
import { makeKey, publicKey, type Sshd, sshdMissing, startSshd } from "../support/sshd";

describe.skipIf(sshdMissing)(`a real sshd with other algorithms than ssh2 has ${sshdMissing}`, () => {
	let sshd: Sshd;
	afterEach(async () => {
		await disconnectAll();
		await sshd.stop();
	});

	async function failure(args: ConnectionArgs): Promise<HostError> {
		return connect(args).then(
			() => expect.fail("expected no connection"),
			(thrown) => thrown,
		);
	}

	it("is refused with the name of its hybrid key exchange, and the line that helps", async () => {
		sshd = await startSshd({ settings: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"] });
		const error = await failure(sshd.args);
		expect([error.layer, error.reason]).toEqual(["ssh", "negotiation"]);
		expect(error.what).toBe(
			"the host offers only the key exchange sntrup761x25519-sha512@openssh.com: hybrid key exchange, which ssh2, " +
				"the SSH library of this package, cannot do; add curve25519-sha256 to KexAlgorithms in the host's sshd_config",
		);
	});

	it("is refused with the name of its host certificate, and not as one whose key changed", async () => {
		sshd = await startSshd({ settings: ["HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com"], certifyHostKey: true });
		for (const args of [sshd.args, { ...sshd.args, hostKey: "" }]) {
			const error = await failure(args);
			expect([error.layer, error.reason]).toEqual(["ssh", "negotiation"]);
			expect(error.what).toBe(
				"the host offers only host keys of type ssh-ed25519-cert-v01@openssh.com: host certificates, which ssh2, the SSH " +
					"library of this package, cannot verify; add ssh-ed25519 to HostKeyAlgorithms in the host's sshd_config, and put the " +
					"plain key into hostKey or known_hosts",
			);
		}
	});

	it("is reached by its plain host key where it has a certificate too", async () => {
		sshd = await startSshd({ certifyHostKey: true });
		expect((await connect(sshd.args)).hostKey).toBe(sshd.hostKey);
	});

	it("that offers only SHA-1 is used only where the connection allows it", async () => {
		sshd = await startSshd({ settings: ["MACs hmac-sha1", "Ciphers aes128-ctr"] });
		const mac = await failure(sshd.args);
		expect(mac.what).toBe(
			"the host offers only the MAC hmac-sha1: SHA-1, which is broken and not offered by default; update the host's SSH " +
				"server, or set allowSha1: true in the connection",
		);
		expect((await connect({ ...sshd.args, allowSha1: true })).hostKey).toBe(sshd.hostKey);
		await disconnectAll();
		await sshd.stop();
		sshd = await startSshd({ settings: ["HostKeyAlgorithms ssh-rsa"], hostKeyTypes: ["rsa"] });
		const signature = await failure(sshd.args);
		expect(signature.what).toContain("the host offers only host keys of type ssh-rsa: SHA-1, which is broken");
		expect((await connect({ ...sshd.args, allowSha1: true })).hostKey).toBe(sshd.hostKey);
	});

	it("that wants user certificates is refused with the certificate's file", async () => {
		sshd = await startSshd({ settings: ["AuthorizedKeysFile none"] });
		const authority = makeKey(sshd.folder, "authority", {});
		const key = makeKey(sshd.folder, "certified", {});
		execFileSync("ssh-keygen", ["-q", "-s", authority, "-I", "test", "-n", "root", `${key}.pub`]);
		const error = await failure({ ...sshd.args, privateKeyFile: key });
		expect(error.reason).toBe("authentication");
		expect(error.next).toBe(
			`${key}-cert.pub is a user certificate, which ssh2, the SSH library of this package, cannot present; put the key ` +
				`itself into the host's authorized_keys: ssh-copy-id -f -i ${key}.pub`,
		);
		expect(publicKey(key)).toMatch(/^ssh-ed25519 /);
	});
});
