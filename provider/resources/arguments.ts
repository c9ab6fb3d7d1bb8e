import * as pulumi from "@pulumi/pulumi";
import { connectionSecrets, type Shape } from "../lifecycle/shape";
import { clusterText } from "./cluster-text";
import type { ApiAccess, Authority, ConnectionInputs, HostInput, HostReference } from "./inputs";

/**
 * Returns the arguments of a resource as the engine receives them: connections and PEM texts in place of resources, and
 * every secret of the shape marked as one.
 */
export function sentArguments(args: object, { secrets = [] }: Shape): Record<string, unknown> {
	const sent = Object.entries(args).flatMap(([name, value]): [string, unknown][] => {
		const reference = value === undefined ? undefined : references[name];
		return reference ? Object.entries(reference(value)) : [[name, value]];
	});
	return secrets.reduce<any>((marked, path) => markSecret(marked, path.split(".")), Object.fromEntries(sent));
}

/** A machine as the engine receives it, with the secrets of its connection marked. */
function hostReference(host: HostInput): HostReference {
	const { connection, hostKey, proxyHostKey } = "reference" in host ? host.reference : host;
	return {
		connection: secretConnection(connection),
		...(hostKey === undefined ? {} : { hostKey }),
		...(proxyHostKey === undefined ? {} : { proxyHostKey }),
	};
}

/** Returns a connection with the secrets of the machine and of its bastion marked. */
export function secretConnection(connection: ConnectionInputs): ConnectionInputs {
	const paths = connectionSecrets.flatMap((name) => [[name], ["proxy", name]]);
	return paths.reduce<any>(markSecret, connection);
}

/** By argument: what is sent in place of a resource or a reference to one. */
const references: Readonly<Record<string, (value: any) => object>> = {
	host: (host: HostInput) => ({ host: hostReference(host) }),
	otherControlPlanes: (hosts: HostInput[]) => ({ otherControlPlanes: hosts.map(hostReference) }),
	cluster: (cluster: unknown) => ({ cluster: clusterText(cluster) }),
	connection: (connection: ConnectionInputs) => ({ connection: secretConnection(connection) }),
	api: ({ controlPlanes }: ApiAccess) => ({ controlPlanes: controlPlanes.map(hostReference) }),
	identity: ({ initialMembers }: { initialMembers: unknown }) => ({ initialMembers }),
	authority: (authority: Authority) => ({ authority: pemTexts(authority) }),
	authorities: (authorities: Record<string, Authority>) => ({
		authorities: Object.fromEntries(Object.entries(authorities).map(([ca, authority]) => [ca, pemTexts(authority)])),
	}),
};

/** The two PEM texts of a CA. A resource in their place would be sent whole. */
function pemTexts({ certificate, privateKey }: Authority): Authority {
	return privateKey === undefined ? { certificate } : { certificate, privateKey };
}

/** Marks the value at a path as secret. An Output or a Promise on the path is marked whole. */
function markSecret(value: any, [name, ...rest]: string[]): any {
	if (value === undefined) return undefined;
	if (name === undefined || pulumi.Output.isInstance(value) || value instanceof Promise) return pulumi.secret(value);
	if (typeof value !== "object" || value === null) return value;
	const names = name === "*" ? Object.keys(value) : [name];
	const marked = names.filter((each) => value[each] !== undefined).map((each) => [each, markSecret(value[each], rest)]);
	return { ...value, ...Object.fromEntries(marked) };
}
