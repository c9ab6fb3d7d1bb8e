import type { Shape } from "./shape";

/** LoggingConfiguration v1, part of the components' configurations. Source: k8s.io/component-base/logs/api/v1. */
export const logging = {
	format: "string?",
	flushFrequency: "nanoseconds",
	verbosity: "uint",
	vmodule: [
		"list?",
		{
			filePattern: "string",
			verbosity: "uint",
		},
	],
	options: {
		text: {
			splitStream: "bool?",
			infoBufferSize: "quantity",
		},
		json: {
			splitStream: "bool?",
			infoBufferSize: "quantity",
		},
	},
} as const satisfies Shape;
