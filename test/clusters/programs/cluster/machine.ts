import { dynamic, type Output } from "@pulumi/pulumi";

/** Stands for a machine that the same program makes: its address is known after `up` only. */
export class Machine extends dynamic.Resource {
	declare readonly address: Output<string>;

	constructor(name: string, address: string) {
		const provider = {
			create: async (inputs: { will: string }) => ({ id: inputs.will, outs: { ...inputs, address: inputs.will } }),
		};
		super(provider, `machine-${name}`, { will: address, address: undefined });
	}
}
