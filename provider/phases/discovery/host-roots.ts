import type { Host } from "../../hosts/host";
import { certificatesIn } from "../../render/pki/bundle";

/** Paths at which Linux distributions keep trusted CAs: the first of these files, and all of these folders, count. Source: Go's crypto/x509/root_linux.go. */
const bundles = [
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
];
const folders = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/** Reads the certificates of the CAs that a host trusts, PEM, each once; empty where the host has none. */
export async function hostRoots(host: Host): Promise<Buffer> {
	const { stdout } = await host.run({
		intent: "read the CAs that the host trusts",
		script: `
for bundle in ${bundles.join(" ")}; do [ -r "$bundle" ] && cat "$bundle" && echo && break; done
for folder in ${folders.join(" ")}; do
	for file in "$folder"/*; do [ -f "$file" ] && [ -r "$file" ] && cat "$file" && echo; done
done
exit 0`,
	});
	return Buffer.from([...new Set(certificatesIn(stdout))].join("\n"));
}
