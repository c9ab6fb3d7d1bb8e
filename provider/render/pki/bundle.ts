const certificate = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, each as kubeadm writes one, whatever stands around them. */
export function bundle(pem: string): string[] {
	return [...pem.matchAll(certificate)].map(([, body]) => {
		const lines = body!.replace(/\s/g, "").match(/.{1,64}/g) ?? [];
		return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
	});
}

/**
 * The certificate that signs, out of a CA's: a bundle has its chain after it. A text without any stays as it is.
 *
 * Source: TryLoadCertFromDisk and EncodeCertPEM, cmd/kubeadm/app/util/pkiutil/pki_helpers.go.
 */
export function firstCertificate(pem: string): string {
	return bundle(pem)[0] ?? pem;
}
