import type { Digests } from "../../hosts/placement/place";
import { status } from "../../hosts/status";
import { WaitError } from "../../hosts/wait";
import { kubelet as component, kubeletHealth, kubeletTexts, waitUntilStays } from "../components/kubelet";
import { type KubeletRun, type KubeletTarget, patienceOf, type StartedKubelet } from "./bring-up";
import {
	forgetConfiguration,
	keepConfiguration,
	type PutBackConfiguration,
	putConfigurationBack,
	type UnprovedChange,
} from "./last-configuration";

/** A change of a kubelet that failed, after which the last configuration was put back. */
export class KubeletChangeUndone extends Error {
	/** What the host has again. */
	readonly restored: PutBackConfiguration & { digests: Digests };
	/** Whether the kubelet runs again. */
	readonly isRunning: boolean;

	constructor(
		message: string,
		{ restored, isRunning, cause }: Pick<KubeletChangeUndone, "restored" | "isRunning"> & { cause: Error },
	) {
		super(message, { cause });
		this.restored = restored;
		this.isRunning = isRunning;
	}
}

/**
 * Changes a kubelet, and puts its last configuration back where the kubelet does not become healthy with the new one. After
 * any other failure, such as a lost connection, the kept configuration stays on the host, and the next change goes on
 * from there.
 * @param start places the kubelet's files, starts the kubelet, and waits until it is healthy
 * @param prove waits for more than the kubelet's own health, after the kubelet's files changed
 * @throws KubeletChangeUndone with the kubelet's last lines
 * @throws WaitError where there was no healthy kubelet before, so that nothing can be put back
 */
export async function changeKubelet(
	target: KubeletTarget,
	settings: KubeletRun,
	{ start, prove }: { start: () => Promise<StartedKubelet>; prove?: (() => Promise<void>) | undefined },
): Promise<StartedKubelet> {
	const change = await keepConfiguration(target, kubeletTexts(settings), async (configuration) => {
		return (await kubeletHealth(target.host, configuration)) === "ok";
	});
	try {
		const started = await start();
		if (change) {
			await waitUntilStays(target, patienceOf(settings));
			await prove?.();
		}
		await forgetConfiguration(target);
		return started;
	} catch (error) {
		if (!change || !(error instanceof WaitError)) throw error;
		throw await undo(target, { change, settings, error });
	}
}

/** Puts the configuration back with which the kubelet ran, and waits until the kubelet runs with it. */
async function undo(
	target: KubeletTarget,
	{ change, settings, error }: { change: UnprovedChange; settings: KubeletRun; error: WaitError },
): Promise<KubeletChangeUndone> {
	const { nodeName } = target;
	status(`${nodeName}: kubelet does not start: the last configuration is put back`);
	const restored = await putConfigurationBack(target, change);
	const runs = async () => {
		await component.run(target, { ...settings, ...restored }, patienceOf(settings));
		await waitUntilStays(target, patienceOf(settings));
	};
	const { isRunning, said } = await runs().then(
		() => ({ isRunning: true, said: "and the kubelet runs again" }),
		(failure: Error) => ({ isRunning: false, said: `but the kubelet does not run again: ${failure.message}` }),
	);
	const message = `${error.message}\n${nodeName}: the kubelet's last configuration that worked is put back, ${said}`;
	return new KubeletChangeUndone(message, { restored, isRunning, cause: error });
}
