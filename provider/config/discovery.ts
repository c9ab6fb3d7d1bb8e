import { isUnknown } from "../facts/unknown";
import { splitHostPort } from "../go/address";
import { goUrlScheme, unescaped } from "../go/url";
import { tokenProblems } from "./bootstrap-token";
import { inputProblem } from "./expected";
import type { Discovery } from "./node-spec";
import { type Problem, show } from "./problems";

/**
 * Problems of a node's discovery; no message shows a secret. A hash is checked here, and by kubeadm when
 * it joins.
 *
 * Source: `ValidateDiscovery`, cmd/kubeadm/app/apis/kubeadm/validation/validation.go; util/pubkeypin.
 */
export function discoveryProblems(discovery: Discovery, path = "discovery"): Problem[] {
	if (isUnknown(discovery)) return [];
	const { bootstrapToken, file, tlsBootstrapToken } = discovery;
	const problems = tokenProblems(tlsBootstrapToken || undefined, `${path}.tlsBootstrapToken`);
	if ((bootstrapToken === undefined) === (file === undefined)) {
		const got = file ? "both" : "neither";
		return [...problems, inputProblem({ path, expected: "one of bootstrapToken and file", got })];
	}
	if (bootstrapToken && !isUnknown(bootstrapToken)) problems.push(...byToken(bootstrapToken, `${path}.bootstrapToken`));
	if (file && !isUnknown(file)) problems.push(...byFile(file, `${path}.file`));
	return problems;
}

/**
 * Location of a discovery file: an https address or a file; neither for an address of another kind, and for one that
 * cannot be requested.
 *
 * Source: `SetDefaults_FileDiscovery`, `ValidateDiscoveryKubeConfigPath`.
 */
export function placeOfKubeconfig(kubeConfigPath: string): { address?: URL; file?: string } {
	const scheme = goUrlScheme(kubeConfigPath);
	if (scheme === "") return { file: kubeConfigPath };
	if (scheme === "https" && URL.canParse(kubeConfigPath)) return { address: new URL(kubeConfigPath) };
	const path = kubeConfigPath.replace(/^file:(\/\/[^/?#]*)?|[?#].*$/gi, "");
	return scheme === "file" && path.startsWith("/") ? { file: unescaped(path) } : {};
}

function byToken(
	{ token, apiServerEndpoint = "", caCertHashes = [], unsafeSkipCAVerification }: Required<Discovery>["bootstrapToken"],
	path: string,
): Problem[] {
	const problems = tokenProblems(token ?? "", `${path}.token`);
	if (!isUnknown(apiServerEndpoint)) {
		const { host, port } = splitHostPort(apiServerEndpoint);
		if (!host || !port)
			problems.push(
				inputProblem({
					path: `${path}.apiServerEndpoint`,
					expected: "host:port of an API server",
					value: apiServerEndpoint,
				}),
			);
	}
	if (isUnknown(caCertHashes)) return problems;
	if (caCertHashes.length === 0 && !unsafeSkipCAVerification)
		problems.push(
			inputProblem({
				path: `${path}.caCertHashes`,
				expected: "the hash of the cluster's CA, or unsafeSkipCAVerification",
				got: "neither",
				next: "`kubeadm token create --print-join-command` on a control plane prints it",
			}),
		);
	for (const [index, hash] of caCertHashes.entries())
		if (!isUnknown(hash) && !/^sha256:[0-9a-f]{64}$/i.test(hash))
			problems.push(
				inputProblem({
					path: `${path}.caCertHashes[${index}]`,
					expected: "sha256: and 64 hexadecimal digits",
					value: hash,
				}),
			);
	return problems;
}

function byFile({ kubeConfigPath = "" }: Partial<Required<Discovery>["file"]>, path: string): Problem[] {
	if (isUnknown(kubeConfigPath)) return [];
	const { address, file } = placeOfKubeconfig(kubeConfigPath);
	if (address || file?.startsWith("/")) return [];
	const expected = "the absolute path of a kubeconfig on the host, or an https address";
	return [inputProblem({ path: `${path}.kubeConfigPath`, expected, got: file ? show(file) : "another address" })];
}
