/** Which folder of provider/ may know which: each layer only those to its right. */
const layers = {
	facts: [],
	go: ["facts"],
	config: ["go", "facts"],
	render: ["config", "go", "facts"],
	hosts: ["config", "facts"],
	pki: ["render", "config", "go", "facts"],
	kubernetes: ["hosts", "pki", "render", "config", "go", "facts"],
	compare: ["pki", "render", "config", "go", "facts"],
	phases: ["compare", "kubernetes", "pki", "hosts", "render", "config", "go", "facts"],
	lifecycle: ["phases", "compare", "kubernetes", "pki", "hosts", "render", "config", "go", "facts"],
	resources: ["lifecycle", "hosts", "render", "config", "go", "facts"],
	components: ["resources", "render", "config", "go", "facts"],
	local: ["config", "go", "facts"],
	cli: ["local", "compare", "pki", "render", "config", "go", "facts"],
};

/** What the lifecycles of all resources share. */
const shared =
	"dispatch|interrupted|cluster-lock|sent-cluster|known-control-planes|shape|shapes|lifecycle|lifecycles|machine-guards|rendering|objects-lifecycle|cluster-objects|preview-form|implied-fields|restarts|typed-problems|kept-state|kubelet-inputs|update-reasons|reporting";

const pure = "^provider/(facts|go|config|render)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
	forbidden: [
		...Object.entries(layers).map(([layer, below]) => ({
			name: `${layer}-knows-only-what-is-below-it`,
			severity: "error",
			from: { path: `^provider/${layer}/` },
			to: { path: "^provider/", pathNot: `^provider/(${[layer, ...below].join("|")})/` },
		})),
		{
			name: "no-folder-outside-the-layers",
			comment: "A new folder of provider/ needs its place in the table above.",
			severity: "error",
			from: {},
			to: { path: "^provider/[^/]+/", pathNot: `^provider/(${Object.keys(layers).join("|")})/` },
		},
		{
			name: "no-resource-knows-another-resource",
			comment: "What two resources share belongs in phases/ or below.",
			severity: "error",
			from: { path: "^provider/lifecycle/", pathNot: `^provider/lifecycle/(${shared})\\.ts$` },
			to: { path: "^provider/lifecycle/", pathNot: `^provider/lifecycle/(${shared})\\.ts$` },
		},
		{
			name: "resources-know-no-lifecycle-code",
			comment: "The shell looks it up when it runs: types, and the shapes, which are data.",
			severity: "error",
			from: { path: "^provider/(resources|components)/" },
			to: {
				path: "^provider/(lifecycle|hosts)/",
				pathNot: "^provider/lifecycle/shapes?\\.ts$",
				dependencyTypesNot: ["type-only"],
			},
		},
		{
			name: "shapes-are-data",
			comment: "A Pulumi program loads them: nothing but types may come with them.",
			severity: "error",
			from: { path: "^provider/lifecycle/shapes?\\.ts$" },
			to: { path: "^provider/", pathNot: "^provider/lifecycle/shape\\.ts$", dependencyTypesNot: ["type-only"] },
		},
		{
			name: "pulumi-only-in-resources-and-components",
			severity: "error",
			from: { pathNot: "^provider/(resources|components)/" },
			to: { path: "@pulumi/" },
		},
		{
			name: "sockets-and-processes-only-in-hosts",
			severity: "error",
			from: { path: "^provider/", pathNot: "^provider/hosts/" },
			to: { path: ["node_modules/(@types/)?ssh2/", "^(node:)?(net|tls|http|https|http2|dgram|dns|child_process)$"] },
		},
		{
			name: "kubernetes-client-only-in-kubernetes",
			severity: "error",
			from: { path: "^provider/", pathNot: "^provider/kubernetes/" },
			to: { path: "node_modules/(@kubernetes/client-node|undici)/" },
		},
		{
			name: "pure-layers-do-no-io",
			comment: "Built-in modules that only compute are allowed: a digest stands in what is rendered.",
			severity: "error",
			from: { path: pure },
			to: { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|util|buffer)$" },
		},
		{
			name: "no-cycle",
			severity: "error",
			from: {},
			to: { circular: true },
		},
		{
			name: "nothing-knows-the-tests-or-the-lab",
			severity: "error",
			from: { path: "^provider/" },
			to: { path: "^(test|lab|examples)/" },
		},
		{
			name: "everything-is-found",
			severity: "error",
			from: {},
			// The shell looks its own package up by name, from the program's folder.
			to: { couldNotResolve: true, pathNot: "^pulumi-kubeadm/" },
		},
		{
			name: "installed-with-the-package",
			comment: "What the package runs with must be among its dependencies.",
			severity: "error",
			from: { path: "^provider/" },
			to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer", "type-only"] },
		},
	],
	options: {
		doNotFollow: { path: "node_modules" },
		// The shell names this package itself, which is dist/ where it is built.
		exclude: { path: "^dist/" },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: "tsconfig.json" },
		enhancedResolveOptions: {
			exportsFields: ["exports"],
			conditionNames: ["import", "require", "node", "default", "types"],
		},
	},
};
