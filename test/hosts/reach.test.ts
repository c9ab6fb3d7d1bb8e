import { describe, expect, it } from "vitest";
import { currentConnection, recordMove } from "../../provider/hosts/reach";

const at = (address: string, hostKey: string, user = "root") => ({ connection: { host: address, user }, hostKey });

describe("the connection to a machine", () => {
	it("is the new connection for a reference with the old one, also where two hosts exchanged addresses", () => {
		recordMove(at("198.18.0.11", "key 1"), at("198.18.0.12", "key 1"));
		recordMove(at("198.18.0.12", "key 2"), at("198.18.0.11", "key 2"));
		expect(currentConnection(at("198.18.0.11", "key 1"))).toEqual(at("198.18.0.12", "key 1"));
		expect(currentConnection(at("198.18.0.12", "key 1"))).toEqual(at("198.18.0.12", "key 1"));
		expect(currentConnection(at("198.18.0.12", "key 2"))).toEqual(at("198.18.0.11", "key 2"));
		expect(currentConnection(at("198.18.0.11", "key 2"))).toEqual(at("198.18.0.11", "key 2"));
	});

	it("is the connection with new credentials for a reference with the old credentials", () => {
		recordMove(at("198.18.0.13", "key 3", "admin"), at("198.18.0.13", "key 3"));
		expect(currentConnection(at("198.18.0.13", "key 3", "admin"))).toEqual(at("198.18.0.13", "key 3"));
	});

	it("is unchanged where no move was recorded", () => {
		expect(currentConnection({ connection: { host: "198.18.0.14" } })).toEqual({ connection: { host: "198.18.0.14" } });
	});
});
