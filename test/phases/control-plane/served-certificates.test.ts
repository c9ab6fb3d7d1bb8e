import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { waitForCertificates } from "../../../provider/phases/control-plane/served-certificates";
import type { Pod } from "../../../provider/render/static-pods/pod";
import { MemoryHost } from "../../support/memory-host";

interface Pair {
	cert: string;
	key: string;
}

describe("the wait for a certificate that a component takes up by itself", () => {
	let folder: string;
	let old: Pair;
	let renewed: Pair;
	let server: Server;
	let host: MemoryHost;
	let handshakes: number;

	/** A certificate made with openssl. */
	const pair = (name: string): Pair => {
		const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
		const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
		execFileSync("openssl", [...request, "-subj", "/CN=etcd", "-keyout", key, "-out", cert], { stdio: "ignore" });
		return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
	};

	const etcd = () => {
		const { port } = server.address() as AddressInfo;
		const command = ["etcd", "--cert-file=/pki/server.crt", `--listen-client-urls=https://127.0.0.1:${port}`];
		return { metadata: { name: "etcd" }, spec: { containers: [{ name: "etcd", command }] } } as unknown as Pod;
	};

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "served-"));
		[old, renewed] = [pair("old"), pair("renewed")];
		// As etcd does, the server refuses a client without a certificate.
		server = createServer({ ...old, ca: old.cert, requestCert: true, rejectUnauthorized: true });
		// A connection goes on with the certificate that the server has when it begins.
		server.on("connection", () => {
			handshakes++;
			if (handshakes === 2) server.setSecureContext({ ...renewed, ca: old.cert });
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
	});
	afterAll(() => {
		server.close();
		rmSync(folder, { recursive: true });
	});
	beforeEach(() => {
		handshakes = 0;
		server.setSecureContext({ ...old, ca: old.cert });
		host = new MemoryHost();
		host.listens = (server.address() as AddressInfo).port;
	});

	it("ends when the port shows the certificate that is on the host", async () => {
		host.put("/pki/server.crt", renewed.cert);
		await waitForCertificates(host, "cp-1", [etcd()]);
		expect(handshakes).toBe(3);
	});

	it("looks once where the port shows the certificate already", async () => {
		host.put("/pki/server.crt", old.cert);
		await waitForCertificates(host, "cp-1", [etcd()]);
		expect(handshakes).toBe(1);
	});

	it("asks no port for a certificate that is not on the host", async () => {
		await waitForCertificates(host, "cp-1", [etcd()]);
		expect(host.dialled).toEqual([]);
	});
});
