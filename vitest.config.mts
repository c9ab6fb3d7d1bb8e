import { defineConfig } from "vitest/config";

/** Test files that need root, local hosts, the toolchain or a package registry. */
const machines = [
	"test/clusters/**",
	"test/hosts/{run,shell}.test.ts",
	"test/hosts/files/**",
	"test/hosts/ssh/**",
	"test/package/**",
	"test/parity/**",
	"test/cli/**",
	"test/compare/{leftovers,pki,tree,yaml}.test.ts",
	"test/components/wrong-outputs-preview.test.ts",
	"test/golden/previews.test.ts",
	"test/resources/{given-keys,own-program,pulumi-options}.test.ts",
	"test/phases/preflight/observe-host.test.ts",
	"test/lab/hosts*.test.ts",
	"test/lab/toolchain-path.test.ts",
];
const real = {
	// A cluster waits more than it computes: two side by side suit two processors.
	maxWorkers: 2,
	testTimeout: 600_000,
	hookTimeout: 900_000,
	globalSetup: ["test/support/toolchain.ts"],
};

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: "unit",
					include: ["test/**/*.test.ts"],
					exclude: [...machines, "test/soak/**"],
					testTimeout: 30_000,
					hookTimeout: 60_000,
					maxWorkers: 2,
				},
			},
			{ test: { name: "hosts", include: machines.map((path) => path.replace("**", "**/*.test.ts")), ...real } },
			{ test: { name: "soak", include: ["test/soak/**/*.test.ts"], ...real, maxWorkers: 1 } },
		],
	},
});
