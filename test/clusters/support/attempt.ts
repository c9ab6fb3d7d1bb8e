import { expect } from "vitest";
import type { Lab, LabHost } from "../../../lab/index.ts";
import type { ClusterProgram } from "../programs/cluster/index.ts";
import { clusterOn } from "./cluster.ts";
import type { Failure } from "./failures.ts";
import type { TestStack } from "./stack.ts";

/** One control plane that is not waited for as long as by default. */
export function impatient(lab: Lab, host: LabHost): ClusterProgram {
	const program = structuredClone(clusterOn(lab));
	const node = [...program.cluster.controlPlanes, ...(program.cluster.workers ?? [])].find(
		({ name }) => name === host.name,
	)!;
	program.cluster.controlPlanes = [
		{ ...node, timeouts: { controlPlaneComponentHealthCheck: "90s", kubeletHealthCheck: "60s" } },
	];
	program.cluster.workers = [];
	// Open watches hold an API server that is told to stop until the kubelet kills it, 30 s later.
	program.cluster.apiServer = { extraArgs: [{ name: "shutdown-watch-termination-grace-period", value: "1s" }] };
	return { ...program, ready: false };
}

/** Lets `up` meet a failure, holds what it says against what it must, and takes the failure away again. */
export async function attempt({
	lab,
	host,
	stack,
	failure,
}: {
	lab: Lab;
	host: LabHost;
	stack: TestStack;
	failure: Failure;
}): Promise<string> {
	const program = impatient(lab, host);
	await failure.inProgram?.(program, lab);
	await stack.configure(program);
	const undo = await failure.onHost?.(host);
	try {
		const said = await stack.up().then(
			({ text }) => `up succeeded:\n${text}`,
			(error: Error) => error.message,
		);
		for (const pattern of failure.says) expect(said).toMatch(pattern);
		expect(said).not.toMatch(/up succeeded|PRIVATE KEY|\b[a-z0-9]{6}\.[a-z0-9]{16}\b|04da6b54/);
		await failure.leaves?.(host);
		return said;
	} finally {
		await undo?.();
	}
}

/** Lets `up` finish, and asks the API server whether it is well. */
export async function finish({ lab, host, stack }: { lab: Lab; host: LabHost; stack: TestStack }): Promise<string> {
	await stack.configure(impatient(lab, host));
	const { text } = await stack.up();
	const kubectl = "kubectl --cache-dir /tmp/kubectl --kubeconfig /etc/kubernetes/admin.conf";
	const { stdout } = await host.exec(`${kubectl} get --raw /readyz && ${kubectl} get nodes -o name`, { check: true });
	expect(stdout.replace("ok", "").trim()).toBe(`node/${host.name}`);
	return text;
}
