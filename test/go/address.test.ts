import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import {
	formatAddress,
	joinHostPort,
	loopbackFor,
	normalizeAddress,
	nthAddress,
	parseAddress,
	parseNetworks,
	splitHostPort,
} from "../../provider/go/address";

describe("addresses", () => {
	it("are taken exactly where Node.js takes them, zones and leading zeros apart", () => {
		const texts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(..."0123456789abf:.") }));
		fc.assert(
			fc.property(texts, (text) => {
				fc.pre(!/(^|\.)0\d/.test(text));
				expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0);
			}),
			{ examples: [["1.2.3.4::"], ["198.18.0.10::1"], ["::1.2.3.4:5"], ["::1.2.3.4"], ["1:2:3:4:5:6:1.2.3.4"]] },
		);
	});

	it("keep their value when they are printed and read again", () => {
		fc.assert(
			fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
				const address = parseAddress(text)!;
				expect(parseAddress(formatAddress(address))).toEqual(address);
			}),
		);
	});

	it.each([
		["010.001.0.1", "10.1.0.1"],
		["FD00:0:0:0:1::A", "fd00::1:0:0:a"],
		["0:0:0:0:0:0:0:1", "::1"],
		["::", "::"],
		["1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"],
		["::ffff:198.18.0.1", "198.18.0.1"],
		["node.example", "node.example"],
	])("%s is written %s", (given, wanted) => {
		expect(normalizeAddress(given)).toBe(wanted);
	});

	it("count on from the first address of the first network", () => {
		expect(nthAddress("10.96.3.4/12", 10)).toBe("10.96.0.10");
		expect(nthAddress("fd00::/112,10.0.0.0/16", 1)).toBe("fd00::1");
		expect(nthAddress(`${UNKNOWN}/16`, 10)).toBe(UNKNOWN);
	});

	it("have a loopback address of their family, unknown as long as they are", () => {
		expect(["198.18.0.1", "fd00::1", UNKNOWN].map(loopbackFor)).toEqual(["127.0.0.1", "::1", UNKNOWN]);
	});
});

describe("networks", () => {
	it.each(["10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "/8", "a/8", "10.0.0.0/8,", "10.0.0.0/-1"])(
		"%s is none",
		(text) => {
			expect(parseNetworks(text)).toBeUndefined();
		},
	);
});

describe("host and port", () => {
	it.each([
		["a.example", "a.example", ""],
		["a.example:1", "a.example", "1"],
		["[fd00::1]:6443", "fd00::1", "6443"],
		["fd00::1", "fd00::1", ""],
		["[fd00::1]", "[fd00::1]", ""],
	])("of %s", (text, host, port) => {
		expect(splitHostPort(text)).toEqual({ host, port });
	});

	it("are joined with brackets around IPv6", () => {
		expect([joinHostPort("fd00::1", 1), joinHostPort("a", 2)]).toEqual(["[fd00::1]:1", "a:2"]);
	});
});
