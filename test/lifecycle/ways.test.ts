import { describe, expect, it } from "vitest";
import { changeWay, wayTo } from "../../provider/lifecycle/ways";

const at = (address: string, hostKey: string, user = "root") => ({ connection: { host: address, user }, hostKey });

describe("the way to a machine", () => {
	it("is the new one for what knows the old one, also where two have exchanged their addresses", () => {
		changeWay(at("198.18.0.11", "key 1"), at("198.18.0.12", "key 1"));
		changeWay(at("198.18.0.12", "key 2"), at("198.18.0.11", "key 2"));
		expect(wayTo(at("198.18.0.11", "key 1"))).toEqual(at("198.18.0.12", "key 1"));
		expect(wayTo(at("198.18.0.12", "key 1"))).toEqual(at("198.18.0.12", "key 1"));
		expect(wayTo(at("198.18.0.12", "key 2"))).toEqual(at("198.18.0.11", "key 2"));
		expect(wayTo(at("198.18.0.11", "key 2"))).toEqual(at("198.18.0.11", "key 2"));
	});

	it("is the one with new credentials for what knows the old ones", () => {
		changeWay(at("198.18.0.13", "key 3", "admin"), at("198.18.0.13", "key 3"));
		expect(wayTo(at("198.18.0.13", "key 3", "admin"))).toEqual(at("198.18.0.13", "key 3"));
	});

	it("stays where nothing was said", () => {
		expect(wayTo({ connection: { host: "198.18.0.14" } })).toEqual({ connection: { host: "198.18.0.14" } });
	});
});
