import { describe, expect, it } from "vitest";
import { firstReached } from "../../provider/hosts/first-reached";

describe("the first control plane that answers", () => {
	const at = (host: string) => ({ connection: { host } });
	const asking = (silent: string[]) => {
		const asked: string[] = [];
		const ask = async ({ connection: { host } }: ReturnType<typeof at>) => {
			asked.push(host);
			if (silent.includes(host)) throw new Error(`${host}: no answer`);
			return host;
		};
		return { asked, ask };
	};

	it("is asked in the program's order, and one that did not answer shortly before comes last", async () => {
		const all = ["198.18.6.11", "198.18.6.12", "198.18.6.13"].map(at);
		const { asked, ask } = asking(["198.18.6.11"]);
		expect(await firstReached(all, ask)).toBe("198.18.6.12");
		expect(await firstReached(all, ask)).toBe("198.18.6.12");
		expect(asked).toEqual(["198.18.6.11", "198.18.6.12", "198.18.6.12"]);
	});

	it("is looked for among all, and none is left out of the error", async () => {
		const { asked, ask } = asking(["198.18.6.21", "198.18.6.22"]);
		const all = ["198.18.6.21", "198.18.6.22"].map(at);
		await expect(firstReached(all, ask)).rejects.toThrow(/198.18.6.21: no answer\n198.18.6.22: no answer/);
		await expect(firstReached(all, ask)).rejects.toThrow("no control plane can be reached");
		expect(asked).toHaveLength(4);
	});
});
