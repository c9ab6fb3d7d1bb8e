import { describe, expect, it } from "vitest";
import { endpointChoiceProblems } from "../../provider/config/endpoint-choice";
import { UNKNOWN } from "../../provider/facts/unknown";

const pathsOf = (args: object) => endpointChoiceProblems(args).map(({ path }) => path);

describe("the way to the API servers", () => {
	it.each([
		[{}],
		[{ controlPlaneEndpoint: "lb.example:6443" }],
		[{ virtualIP: { address: "198.18.0.100" } }],
		[{ virtualIP: { address: "fd00::100", interface: "eth0.5", routerId: 255, port: 1024 } }],
		[{ virtualIP: { address: UNKNOWN, port: UNKNOWN } }],
		[{ localProxy: true }],
		[{ localProxy: false, controlPlaneEndpoint: "lb.example" }],
		[{ localProxy: { port: 7443, image: "registry.example/haproxy:2.8" } }],
	])("may be %j", (args) => {
		expect(endpointChoiceProblems(args)).toEqual([]);
	});

	it("is one of three, and one error names those that are given", () => {
		const given = { controlPlaneEndpoint: "lb.example", virtualIP: { address: "198.18.0.100" }, localProxy: true };
		expect(endpointChoiceProblems(given)).toEqual([
			{
				path: "virtualIP",
				message:
					"expected one of controlPlaneEndpoint, virtualIP, localProxy, got controlPlaneEndpoint and virtualIP and localProxy; docs/high-availability.md says which to choose",
			},
		]);
	});

	it.each([
		[{ virtualIP: { address: "host" } }, "virtualIP.address"],
		[{ virtualIP: { address: "127.0.0.1" } }, "virtualIP.address"],
		[{ virtualIP: { address: "224.0.0.18" } }, "virtualIP.address"],
		[{ virtualIP: { address: "::1" } }, "virtualIP.address"],
		[{ virtualIP: { address: "198.18.0.100", routerId: 256 } }, "virtualIP.routerId"],
		[{ virtualIP: { address: "198.18.0.100", routerId: 0 } }, "virtualIP.routerId"],
		[{ virtualIP: { address: "198.18.0.100", port: 443 } }, "virtualIP.port"],
		// The next port is haproxy's own, and belongs to the API server here.
		[{ virtualIP: { address: "198.18.0.100", port: 6442 } }, "virtualIP.port"],
		[{ virtualIP: { address: "198.18.0.100", interface: "eth0 {" } }, "virtualIP.interface"],
		[{ virtualIP: { address: "198.18.0.100", images: { haproxy: "" } } }, "virtualIP.images.haproxy"],
		[{ localProxy: { port: 65535 } }, "localProxy.port"],
		[{ localProxy: { port: 10250 } }, "localProxy.port"],
	])("may not be %j", (args, path) => {
		expect(pathsOf(args)).toEqual([path]);
	});
});
