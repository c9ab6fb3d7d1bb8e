import type { Outcome } from "./compare";
import type { Difference } from "./facts";

/** A difference from kubeadm that is wanted. */
export interface Allowance {
	name: string;
	/** The line of kubeadm's source that makes it so, and why it is otherwise here. */
	source: string;
	covers(difference: Difference, outcome: Outcome, version: string): boolean;
}

/** All differences from kubeadm that are wanted: at most ten. */
export const allowed: readonly Allowance[] = [
	{
		name: "other kinds of the kubelet's API group",
		source:
			"validateKnownGVKs, cmd/kubeadm/app/util/config/common.go: takes each kind that the schemes of the components " +
			"have, and nothing reads it; here a document that would be without effect is refused.",
		covers: ({ fact, kubeadm }, { ourProblem = "" }) =>
			fact === "verdict" &&
			kubeadm === "accepted" &&
			/^Configuration: (SerializedNodeConfigSource|CredentialProviderConfig|ImagePull\w+): expected one of [^\n]*$/.test(
				ourProblem,
			),
	},
	{
		name: "an API server's address without host or port",
		source:
			"ValidateDiscoveryTokenAPIServer, cmd/kubeadm/app/apis/kubeadm/validation/validation.go: asks net.SplitHostPort alone, " +
			"which takes `:6443`; a node would look for the cluster on itself.",
		covers: ({ fact, kubeadm }, { ourProblem = "" }) =>
			fact === "verdict" &&
			kubeadm === "accepted" &&
			/^Configuration: JoinConfiguration\.discovery\.bootstrapToken\.apiServerEndpoint: expected host:port [^\n]*$/.test(
				ourProblem,
			),
	},
	{
		name: "phases of a command that is not run",
		source:
			"computePhaseRunFlags, cmd/kubeadm/app/cmd/phases/workflow/runner.go: looks at the phases of the command that runs; " +
			"here those of an InitConfiguration beside a JoinConfiguration are looked at too.",
		covers: ({ fact, kubeadm }, { configuration, ourProblem = "" }) =>
			fact === "verdict" &&
			kubeadm === "accepted" &&
			configuration.command === "join" &&
			/^Configuration: InitConfiguration\.skipPhases\b[^\n]*$/.test(ourProblem),
	},
	{
		name: "line breaks of YAML 1.1",
		source:
			"is_break and read_line, go.yaml.in/yaml/v2: U+0085, U+2028 and U+2029 end a line, and the latter two stay in a text " +
			"that has several; in YAML 1.2, and for js-yaml, they are letters like others: here each becomes a line feed.",
		covers: (_difference, { text }) => /[\u0085\u2028\u2029]/.test(text),
	},
	{
		name: "integers beyond 53 bits",
		source:
			"PodPidsLimit and others that are int64, k8s.io/kubelet/config/v1beta1/types.go; no number of a TypeScript program " +
			"or of Pulumi's state has more than 53 bits, and it is refused rather than rounded.",
		covers: ({ fact, kubeadm }, { ourProblem = "" }) =>
			fact === "verdict" && kubeadm === "accepted" && /^Configuration: [^\n]* got -?\d{16,}$/.test(ourProblem.trim()),
	},
	{
		name: "checks that a reset or an upgrade is to ignore",
		source:
			"newResetData, cmd/kubeadm/app/cmd/reset.go, and newApplyData, newNodeData, enforceRequirements, cmd/kubeadm/app/cmd/upgrade: " +
			"refuse `all` beside other names as the command begins, and are not reached by `config validate`, which is asked here.",
		covers: ({ fact, kubeadm }, { ourProblem = "" }) =>
			fact === "verdict" &&
			kubeadm === "accepted" &&
			/^Configuration: (ResetConfiguration|UpgradeConfiguration\.(apply|node|plan))\.ignorePreflightErrors: expected names of checks, or all alone, [^\n]*$/.test(
				ourProblem.trim(),
			),
	},
];
