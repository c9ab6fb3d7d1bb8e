// Stands in for the engine's plugin of another package, where previews are all that is wanted: accepts every input, and knows no output. Makes nothing.
import { provider } from "@pulumi/pulumi";

const [name = "", ...args] = process.argv.slice(2);

/** What functions answer, by their tokens. */
const answers: Record<string, object> = {
	"aws:ec2/getAmi:getAmi": { id: "ami-0123456789abcdef0" },
	"aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["a", "b", "c"] },
};

const plugin: provider.Provider = {
	version: "99.0.0",
	schema: JSON.stringify({ name, version: "99.0.0" }),
	check: async (_urn, _olds, news) => ({ inputs: news }),
	invoke: async (token) => {
		if (!answers[token]) throw new Error(`${token}: no answer`);
		return { outputs: answers[token] };
	},
};

await provider.main(plugin, args);
