import type { Shape } from "./shape";

/** LoggingConfiguration v1, part of the components' configurations. Source: k8s.io/component-base/logs/api/v1. */
export const logging = {
	/** `text` or `json`. @default "text" */
	format: "string?",
	/** The longest time that a line is held back: a duration, or nanoseconds. @default "5s" */
	flushFrequency: "nanoseconds",
	/** How much is said, from 0 on. @default 0 */
	verbosity: "uint",
	/** Another verbosity for single source files, in the format `text`. @default none */
	vmodule: [
		"list?",
		{
			/** Name of the file without `.go`, or a pattern such as `kube*`. */
			filePattern: "string",
			/** Its verbosity. */
			verbosity: "uint",
		},
	],
	/** Settings of a format; need the gate `LoggingAlphaOptions`. */
	options: {
		/** Settings of the format `text`. */
		text: {
			/** Whether errors go to stderr and all else to stdout. @default false */
			splitStream: "bool?",
			/** Bytes of stdout that are held back, with `splitStream`, as a quantity. @default "0" */
			infoBufferSize: "quantity",
		},
		/** Settings of the format `json`. */
		json: {
			/** Whether errors go to stderr and all else to stdout. @default false */
			splitStream: "bool?",
			/** Bytes of stdout that are held back, with `splitStream`, as a quantity. @default "0" */
			infoBufferSize: "quantity",
		},
	},
} as const satisfies Shape;
