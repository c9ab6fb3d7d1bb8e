const certificate = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/**
 * Returns the certificates in a PEM text, each as PEM with lines of 64 characters. Other text is skipped. Empty for a
 * text without certificates.
 */
export function certificatesIn(pem: string): string[] {
	return [...pem.matchAll(certificate)].map(([, body]) => {
		const lines = body!.replace(/\s/g, "").match(/.{1,64}/g) ?? [];
		return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
	});
}

/**
 * Returns the first certificate in a PEM text: in a CA's bundle, the certificate that signs. A text without
 * certificates is returned unchanged.
 *
 * Source: TryLoadCertFromDisk and EncodeCertPEM, cmd/kubeadm/app/util/pkiutil/pki_helpers.go.
 */
export function firstCertificate(pem: string): string {
	return certificatesIn(pem)[0] ?? pem;
}
