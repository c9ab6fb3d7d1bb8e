import type { Style } from "./text";
import { textOf } from "./text";

/** A configuration file, and what else decides what kubeadm does with it. */
export interface Configuration {
	/** How it came about: `alone ClusterConfiguration.clusterName`. */
	title: string;
	documents: unknown[];
	/** The dry run that shows it; `validate` where there is none. */
	command: "init" | "join" | "validate";
	style?: Style;
	/** The text, where it is not what `documents` are in that style. */
	text?: string;
	/** Files of the patches folder by name. */
	patches?: Record<string, string>;
	/** Proxy variables of kubeadm's environment. */
	environment?: Record<string, string>;
	/** Whether systemd-resolved is active. */
	resolved?: boolean;
}

/** The file as it is written. */
export function configurationText({ documents, style, text }: Configuration): string {
	return text ?? textOf(documents, style);
}

/** Stands in a file for the folder of its patches. */
export const patchesFolder = "/patches-folder";
