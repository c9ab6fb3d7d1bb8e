#!/bin/sh
# Signs a certificate request: standard input is the request, standard output the certificate. AUTHORITY names the CA,
# and USAGES what the certificate is for: serverAuth, clientAuth or both. SIGNER_KEYS is the folder with the CAs' keys.
set -eu
extensions=$(mktemp)
trap 'rm -f "$extensions"' EXIT
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=%s\n' \
	"$USAGES" >"$extensions"
openssl x509 -req -CA "$SIGNER_KEYS/$AUTHORITY.crt" -CAkey "$SIGNER_KEYS/$AUTHORITY.key" -days 365 \
	-copy_extensions copy -extfile "$extensions"
