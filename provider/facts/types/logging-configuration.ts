import type { Shape } from "./shape";

/** LoggingConfiguration v1, part of the components' configurations. Source: k8s.io/component-base/logs/api/v1. */
export const logging = {
	/** `text` or `json`. @default "text" */
	format: "string?",
	/** Longest time for which a line is buffered: a duration, or nanoseconds. @default "5s" */
	flushFrequency: "nanoseconds",
	/** Verbosity, from 0 up. @default 0 */
	verbosity: "uint",
	/** Verbosity of single source files. Needs the format `text`. @default none */
	vmodule: [
		"list?",
		{
			/** Name of the file without `.go`, or a pattern such as `kube*`. */
			filePattern: "string",
			/** Verbosity of the file. */
			verbosity: "uint",
		},
	],
	/** Settings by format. Need the gate `LoggingAlphaOptions`. */
	options: {
		/** Settings of the format `text`. */
		text: {
			/** Whether errors go to stderr and all other lines to stdout. @default false */
			splitStream: "bool?",
			/** Number of bytes of stdout that are buffered, as a quantity. Needs `splitStream`. @default "0" */
			infoBufferSize: "quantity",
		},
		/** Settings of the format `json`. */
		json: {
			/** Whether errors go to stderr and all other lines to stdout. @default false */
			splitStream: "bool?",
			/** Number of bytes of stdout that are buffered, as a quantity. Needs `splitStream`. @default "0" */
			infoBufferSize: "quantity",
		},
	},
} as const satisfies Shape;
