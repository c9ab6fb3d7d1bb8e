import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { between, type Scene, scenes } from "../clusters/support/scene.ts";
import { promised, shown } from "../clusters/support/shown.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { type Change, changes, names, otherTag, over, refused } from "../support/previews.ts";

/** One kind of field after the other is changed on a running cluster, and the change stays. */
describe("what is previewed on a running cluster is what up changes", () => {
	let lab: Lab;
	let stack: TestStack;
	let program: ClusterProgram;
	let look: () => Promise<Scene>;
	let seen: Scene;

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		stack = await testStack("cluster");
		// Without a lease to lose, they go on while the API server starts anew.
		const component = { extraArgs: [{ name: "leader-elect", value: "false" }] };
		program = clusterOn(lab, {
			// Open watches hold an API server that is told to stop until the kubelet kills it, 30 s later.
			apiServer: { extraArgs: [{ name: "shutdown-watch-termination-grace-period", value: "1s" }] },
			controllerManager: component,
			scheduler: structuredClone(component),
			etcd: { local: {} },
		});
		await stack.configure(program);
		await stack.up();
		// From then on a preview knows a host's facts, also when the way to it changes.
		await stack.refresh();
		for (const [image, tag] of Object.entries(otherTag)) {
			const name = `registry.k8s.io/${image}`;
			const tagged = `ctr -n k8s.io images tag ${name}:${tag.replace(/-other$/, "")} ${name}:${tag}`;
			for (const host of lab.hosts) await host.exec(tagged, { check: true });
		}
		for (const host of lab.hosts)
			await host.exec(`echo '${lab.hosts[0]!.address} ${names.join(" ")}' >>/etc/hosts`, { check: true });
		look = await scenes(lab);
		seen = await look();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	const changed = ({ says: { cluster, controlPlane, worker } }: Pick<Change, "says">): ClusterProgram => {
		const { controlPlanes, workers = [], ...rest } = program.cluster;
		const nodes = { controlPlanes: [over(controlPlanes[0]!, controlPlane)], workers: [over(workers[0]!, worker)] };
		return { ...program, cluster: { ...over(rest, cluster), ...nodes } };
	};

	it("refuses what would break it, each field with its reason", async () => {
		const ofCluster = refused.filter(({ byNode }) => !byNode);
		// A refused cluster keeps its nodes from being checked.
		for (const rows of [ofCluster, ...refused.filter(({ byNode }) => byNode).map((row) => [row])]) {
			const says = rows.map((row) => row.says).reduce((all, one) => over(all, one));
			await stack.configure(changed({ says }));
			const said = await stack.preview().then(
				({ text }) => text,
				({ message }: Error) => message,
			);
			for (const { because } of rows) expect.soft(said).toMatch(because);
		}
	});

	it.each(changes)("$field", async (row) => {
		program = changed(row);
		await stack.configure(program);
		const preview = await stack.preview();
		const expected = {
			files: [...(row.files ?? [])].sort(),
			objects: [...(row.objects ?? [])].sort(),
			restarts: [...(row.restarts ?? [])].sort(),
		};
		expect.soft(shown(preview.steps), "the preview shows").toEqual(row.shows);
		expect.soft(promised(preview.steps, lab.hosts), "the preview promises").toEqual(expected);

		const up = await stack.up();
		const after = await look();
		const happened = between(seen, after);
		seen = after;
		expect.soft(up.changes.sort(), "up changes").toEqual(preview.changes.sort());
		expect.soft(happened, "hosts and API").toEqual(expected);
	});

	it("differs from nothing in the end, as the preview of each change showed that change alone", async () => {
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});
});
