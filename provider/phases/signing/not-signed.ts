import { X509Certificate } from "node:crypto";
import { basename } from "node:path/posix";
import { expected } from "../../config/expected";
import type { Host } from "../../hosts/host";
import { firstCertificate } from "../../render/pki/bundle";
import type { Signing } from "./request";

/**
 * Makes the error for a certificate that is not signed yet while key and request are on the host. The message lists the
 * commands to type. Does not throw.
 * @param caCertificate PEM of the CA that has to sign
 * @param got words for what is in place of the certificate, for example `none`
 */
export function notSigned(
	host: Host,
	{ request, requestPath, certificatePath }: Signing,
	caCertificate: string,
	got: string,
): Error {
	const { subject } = new X509Certificate(firstCertificate(caCertificate));
	const name = basename(certificatePath, ".crt");
	const days = Math.max(1, Math.floor(request.validity / 86400));
	return new Error(
		[
			expected({
				at: `${host.name}: ${certificatePath}`,
				expected: `a certificate signed by ${oneLine(subject)}, whose key is not here`,
				got,
			}),
			`sign ${requestPath} for ${request.usages.join(" and ")}, put the certificate (PEM) at ${certificatePath}, and run \`pulumi up\` again:`,
			`  ${host.typed(`cat ${requestPath}`)} > ${name}.csr`,
			`  ${openssl(name, request, days)}`,
			`  ${host.typed(`tee ${certificatePath}`)} < ${name}.crt > /dev/null`,
		].join("\n"),
	);
}

/** Words for what is in place of a signed certificate: its problems, or `none` where there are no problems to list. */
export function problemsText(problems: readonly string[] | undefined): string {
	return problems?.length ? `one that does not fit: ${problems.join("; ")}` : "none";
}

/** openssl command that signs. Names are copied from the request; usages are not in the request. */
function openssl(name: string, { ca = "ca", usages }: Signing["request"], days: number): string {
	const extensions = `printf 'extendedKeyUsage=${usages.join(",")}\\nkeyUsage=critical,digitalSignature,keyEncipherment\\n'`;
	return `${extensions} | openssl x509 -req -in ${name}.csr -CA ${ca}.crt -CAkey ${ca}.key -days ${days} -copy_extensions copy -extfile /dev/stdin -out ${name}.crt`;
}

function oneLine(subject: string): string {
	return subject.replaceAll("\n", ", ");
}
