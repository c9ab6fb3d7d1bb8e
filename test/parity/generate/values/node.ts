import { patchesFolder } from "../configuration";
import type { Values } from "../values";
import { notTimes } from "./by-type";
import {
	addresses,
	badAddresses,
	badNames,
	badPorts,
	badTokens,
	certificateKeys,
	phases,
	ports,
	preflightErrors,
	pullPolicies,
	sockets,
	tokens,
} from "./texts";

/** Values of fields of a node, a token and a command that take no other text or number than some. The first pattern that fits counts. */
export function nodeValues(version: string): readonly (readonly [RegExp, Partial<Values>])[] {
	return [
		[/nodeRegistration\.name$/, { valid: ["cp-1", "CP-1", "a.b", " cp ", "node.north.example", ""], broken: badNames }],
		[/criSocket$/, sockets],
		[
			/taints\[\]\.effect$/,
			{ valid: ["NoSchedule", "PreferNoSchedule", "NoExecute"], broken: ["Never", "", "noschedule"] },
		],
		[
			/taints\[\]\.key$/,
			{ valid: ["a", "example.com/only", "node-role.kubernetes.io/control-plane"], broken: ["", "a b", "a/b/c"] },
		],
		[/registerWithTaints\[\]\.value$|taints\[\]\.value$/, { valid: ["", "db", "a.b"], broken: ["a b"] }],
		[
			/timeAdded$/,
			{
				valid: ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00"],
				broken: notTimes,
			},
		],
		[
			/bootstrapTokens\[\]\.expires$/,
			{
				valid: ["2036-01-02T03:04:05Z", "2036-01-02T03:04:05+02:00"],
				broken: ["2036-01-02", "never", "2036-01-02T03:04:05.5Z", "2036-02-30T00:00:00Z"],
			},
		],
		[
			/bootstrapTokens\[\]\.ttl$/,
			{ valid: ["24h", "0", "0s", "1h30m", "90s", "48h0m0s"], broken: ["1d", "-1h", "soon"] },
		],
		[
			/bootstrapTokens\[\]\.usages$/,
			{
				valid: [
					["signing"],
					["authentication"],
					["authentication", "signing"],
					["signing", "signing", "authentication"],
				],
				broken: [["sign"], ["Signing"], [""], []],
			},
		],
		[
			/bootstrapTokens\[\]\.groups$/,
			{
				valid: [
					["system:bootstrappers:kubeadm:default-node-token"],
					["system:bootstrappers:b", "system:bootstrappers:a"],
					[],
				],
				broken: [["nodes"], ["system:bootstrappers:"], ["system:bootstrappers:A"], [""], ["system:bootstrappers:a-"]],
			},
		],
		[/bootstrapTokens\[\]\.description$/, { valid: ["a token", "", "ü: 'x'"], broken: [] }],
		[/(token|tlsBootstrapToken)$/, { valid: tokens, broken: badTokens }],
		[
			/ignorePreflightErrors$/,
			{
				valid: preflightErrors,
				broken: [
					["all", "Swap"],
					["All", "all"],
					["ALL", "x"],
				],
			},
		],
		[/imagePullPolicy$/, pullPolicies],
		[/certificateKey$/, certificateKeys],
		[/dryRun$/, { valid: [false, true], broken: [] }],
		[/patches\.directory$/, { valid: [patchesFolder], broken: ["", "relative", "/no/such/folder"] }],
		[
			/skipPhases$/,
			{ valid: phases, broken: [["nothing"], ["Addon"], ["addon/"], [""], ["addon/kube-proxy", "nothing"]] },
		],
		[/advertiseAddress$/, { valid: addresses, broken: badAddresses }],
		[/bindPort$/, { valid: ports, broken: badPorts }],
		[
			/apiServerEndpoint$/,
			{
				valid: ["198.18.0.10:6443", "api.example:6443", "[fd00::1]:6443", ":6443", "a:b"],
				broken: ["198.18.0.10", "", "a:1:2", "[a]", "https://a"],
			},
		],
		[/caCertHashes$/, { valid: [[`sha256:${"0a".repeat(32)}`], []], broken: [["sha256:00"], ["md5:00"], [""], ["x"]] }],
		[
			/kubeConfigPath$/,
			{
				valid: ["https://a.example/kubeconfig", "https://u:p@a.example:1/b", "/etc/hosts", "file:///etc/%68osts"],
				broken: ["http://a", "/no/such/file", "", "a:b", "ftp://a", "%zz", "https://%41", "file:etc/hosts"],
			},
		],
		[
			/unmountFlags$/,
			{
				valid: [["MNT_FORCE"], ["MNT_DETACH", "MNT_EXPIRE"], ["UMOUNT_NOFOLLOW"], []],
				broken: [["FORCE"], [""], ["mnt_force"]],
			},
		],
		[/contextLines$/, { valid: [0, 3, -1], broken: [] }],
		[/^Upgrade.*kubernetesVersion$/, { valid: [version, "latest", "abc"], broken: [] }],
	];
}
