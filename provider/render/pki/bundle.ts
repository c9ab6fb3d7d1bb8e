const certificate = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, each in the lines that kubeadm writes. Other text between them is skipped. */
export function certificatesIn(pem: string): string[] {
	return [...pem.matchAll(certificate)].map(([, body]) => {
		const lines = body!.replace(/\s/g, "").match(/.{1,64}/g) ?? [];
		return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
	});
}

/**
 * The first certificate in a PEM text: in a CA's bundle, the one that signs. Returns a text without certificates unchanged.
 *
 * Source: TryLoadCertFromDisk and EncodeCertPEM, cmd/kubeadm/app/util/pkiutil/pki_helpers.go.
 */
export function firstCertificate(pem: string): string {
	return certificatesIn(pem)[0] ?? pem;
}
