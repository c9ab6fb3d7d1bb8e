import * as pulumi from "@pulumi/pulumi";

/** A resource as a program sent it to the engine. */
export interface Sent {
	/** Without what all types have in common: `Host`, `Cluster`, `command:remote:Command`. */
	type: string;
	name: string;
	/** As sent, secrets in clear, without what the program left out, Pulumi's own `__provider`, and what `check` keeps out of the inputs. */
	inputs: Record<string, any>;
	/** Paths of those inputs that were sent as secrets. */
	secrets: string[];
	/** Outputs that the engine is told to keep secret. */
	secretOutputs: string[];
	/** `TYPE NAME` of its parent; none for the program's own. */
	parent?: string;
	/** `TYPE NAME` of what it waits for, as said and by its inputs. */
	dependsOn: string[];
}

/** Facts of the machine that each mocked `Host` is. */
const facts = {
	hostname: "machine",
	defaultRouteAddress: "198.18.7.10",
	cgroupVersion: 2,
	machineId: "0123456789abcdef0123456789abcdef",
	caCertificateDirectories: ["/etc/ca-certificates"],
};

/** What the resources answer with, where another resource takes it as an input. */
const outputs: Record<string, object> = {
	Host: { facts, hostKey: "ssh-ed25519 AAAAmock" },
	ComponentUsers: { users: { "kubeadm-etcd": 101 }, groups: { "kubeadm-etcd": 102 } },
	ClusterIdentity: { founder: "cp-1", initialMembers: [{ name: "cp-1", address: "198.18.7.10" }] },
	CertificateAuthority: { certificate: "mock certificate", privateKey: "mock key", publicKeyHash: "00ff" },
	ServiceAccountKey: { privateKey: "mock service account key", publicKey: "mock public key" },
	EncryptionKey: { secretboxKey: "mock bytes" },
	CertificateSigningRequest: { csr: "mock csr" },
	Certificate: { digests: { "/mock": "digest" }, placedDigests: { "/mock": "placed" } },
	Kubeconfig: { digests: { "/mock": "digest" }, placedDigests: { "/mock": "placed" }, kubeconfig: "mock kubeconfig" },
	"tls:index/privateKey:PrivateKey": { privateKeyPem: "mock tls key" },
	"tls:index/selfSignedCert:SelfSignedCert": { certPem: "mock tls certificate" },
	"tls:index/locallySignedCert:LocallySignedCert": { certPem: "mock signed certificate" },
};

/** A preview knows no outputs of what is not there yet. What stands for such a value: Pulumi's SDK, runtime/rpc.ts, unknownValue. */
const unknown = (all: object) =>
	Object.fromEntries(Object.keys(all).map((name) => [name, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"]));

/**
 * Runs a program without an engine and gives what it sent, in the order of its names. No lifecycle runs: whether inputs are accepted,
 * what is rendered from them and what happens on a host is not seen here.
 * @param options.preview as before anything is made. @default false
 * @param options.made outputs of resources beside those that all have, by type: the same for all of a type, or by name. @default none
 * @param options.answers what functions answer, by their tokens; others are not to be called. @default none
 * @param options.typedPaths leaves the paths that the person typed among the inputs. @default false
 */
export async function sent(
	program: () => unknown,
	config: Record<string, unknown> = {},
	{
		preview = false,
		typedPaths = false,
		made = {},
		answers = {},
	}: {
		preview?: boolean;
		typedPaths?: boolean;
		made?: Record<string, object | ((name: string) => object)>;
		answers?: Record<string, object>;
	} = {},
): Promise<Sent[]> {
	const all: Sent[] = [];
	pulumi.runtime.setAllConfig(
		Object.fromEntries(
			Object.entries(config).map(([key, value]) => [
				`project:${key}`,
				typeof value === "string" ? value : JSON.stringify(value),
			]),
		),
	);
	const mocks: pulumi.runtime.Mocks = {
		call: ({ token }) => {
			if (answers[token]) return answers[token];
			throw new Error(`${token}: no function was expected to be called`);
		},
		newResource: ({ type, name, inputs }) => {
			const own = made[shortType(type)];
			const told = { ...outputs[shortType(type)], ...(typeof own === "function" ? own(name) : own) };
			return {
				id: (told as { id?: string }).id ?? name,
				state: { ...inputs, ...(preview ? unknown(told) : told), __provider: undefined },
			};
		},
	};
	await pulumi.runtime.setMocks(mocks, undefined, undefined, preview);
	const monitor = pulumi.runtime.getMonitor() as any;
	const register = monitor.registerResource.bind(monitor);
	monitor.registerResource = (request: any, answer: unknown) => {
		const { __provider: _, typedPaths: typed, program: _program, ...object } = request.getObject().toJavaScript();
		const { value: inputs, secrets } = clear(object);
		if (typedPaths && typed) inputs.typedPaths = typed;
		// A cluster that is known while the program runs is sent as JSON text.
		if (typeof inputs.cluster === "string" && inputs.cluster.startsWith("{"))
			inputs.cluster = JSON.parse(inputs.cluster);
		all.push({
			type: shortType(request.getType()),
			name: request.getName(),
			inputs,
			secrets,
			secretOutputs: request.getAdditionalsecretoutputsList(),
			...(request.getParent() ? { parent: shortUrn(request.getParent()) } : {}),
			dependsOn: request.getDependenciesList().map(shortUrn).sort(),
		});
		return register(request, answer);
	};
	await program();
	await pulumi.runtime.disconnect();
	for (const { type, name, inputs } of all)
		if (JSON.stringify(inputs).includes("Calling [toString] on an [Output"))
			throw new Error(`${type} ${name}: an Output was used as a string: ${JSON.stringify(inputs)}`);
	return all.sort((a, b) => key(a).localeCompare(key(b), "en"));
}

/** `TYPE NAME` */
export function key({ type, name }: Pick<Sent, "type" | "name">): string {
	return `${type} ${name}`;
}

/** The one resource of that type and name. */
export function find(all: Sent[], wanted: string): Sent {
	const found = all.find((resource) => key(resource) === wanted);
	if (!found) throw new Error(`${wanted}: not among ${all.map(key).join(", ")}`);
	return found;
}

function shortType(type: string): string {
	return type.replace(/^(pulumi-nodejs:dynamic\/kubeadm:|kubeadm:index:)/, "");
}

function shortUrn(urn: string): string {
	const [, , type = "", name] = urn.split("::");
	return `${shortType(type.split("$").at(-1) ?? "")} ${name}`;
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The value without the wrapping of secrets, and where they were. */
function clear(value: any, path = ""): { value: any; secrets: string[] } {
	if (value === null || typeof value !== "object") return { value, secrets: [] };
	if (value[signature] === secretSignature)
		return { value: clear(value.value).value, secrets: [path.replace(/^\./, "")] };
	const parts = Object.entries(value).map(([name, part]) => [name, clear(part, `${path}.${name}`)] as const);
	const plain = parts.map(([name, part]) => [name, part.value] as const);
	return {
		value: Array.isArray(value) ? plain.map(([, part]) => part) : Object.fromEntries(plain),
		secrets: parts.flatMap(([, part]) => part.secrets),
	};
}
