import { toYaml } from "../../go/yaml/write";
import type { Pod } from "./pod";

/**
 * The manifest to place where some flags may wait for the next restart of a component. A manifest that differs from the
 * present one only by such flags, which the present one lacks, is not worth a restart.
 * @param present the pod that runs
 * @param names names of the flags that may wait, without dashes
 * @returns `present` or `wanted`
 */
export function withoutWaitingFlags(present: Pod, wanted: Pod, names: readonly string[]): Pod {
	// A field without a value is no difference.
	return toYaml(present) === toYaml(withoutFlags(wanted, names)) ? present : wanted;
}

function withoutFlags(pod: Pod, names: readonly string[]): Pod {
	const [container, ...others] = pod.spec.containers;
	if (!container) return pod;
	const command = container.command.filter((word) => !names.some((name) => word.startsWith(`--${name}=`)));
	return { ...pod, spec: { ...pod.spec, containers: [{ ...container, command }, ...others] } };
}
