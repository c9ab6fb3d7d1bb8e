import { readFileSync } from "node:fs";
import { Config, dynamic } from "@pulumi/pulumi";

/** Resources of another program, whose inputs this one repeats with plain dynamic resources. */
export interface Plain {
	/** JSON file with the inputs of each resource, by its name. */
	file: string;
}

const provider: dynamic.ResourceProvider = {
	create: async (inputs) => ({ id: "plain", outs: inputs }),
};

class PlainResource extends dynamic.Resource {
	constructor(name: string, inputs: object) {
		super(provider, name, { ...inputs });
	}
}

const { file } = new Config("test").requireObject<Plain>("program");
for (const [name, inputs] of Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, object>))
	new PlainResource(name, inputs);
