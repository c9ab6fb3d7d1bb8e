import { fromYaml } from "../../render/yaml";
import { endOf, mismatches } from "./inspect";
import type { Subject } from "./issue";

/** Who a kubeconfig is for, and which API server it speaks to. */
export interface KubeconfigSubject {
	clusterName: string;
	/** `https://host:port` */
	server: string;
	user: string;
	certificate: Subject;
}

/** What a kubeconfig shall be. */
export interface KubeconfigWish {
	subject: KubeconfigSubject;
	/** PEM of the CA. */
	authority: { certificate: string };
	/** Instead of a certificate. */
	token?: string;
}

/**
 * What a kubeconfig is worth: when its certificate ends, and "valid" or why it cannot stay. kubeadm keeps one that has the same CA and server.
 * Source: `validateKubeConfig`, phases/kubeconfig/kubeconfig.go.
 */
export function appraise(
	text: string,
	{ subject, authority, token }: KubeconfigWish,
): { notAfter: string; status: string } {
	const problems = leadsElsewhere(text, { subject, authority });
	const user = parse(text)?.users?.[0];
	if (token) {
		if (user?.user?.token !== token) problems.push("its token is another one");
		return { notAfter: "", status: problems.join("; ") || "valid" };
	}
	const certificate = decode(user?.user?.["client-certificate-data"]);
	const pair = { certificate, key: decode(user?.user?.["client-key-data"]) };
	problems.push(...mismatches(pair, subject.certificate, authority.certificate, new Date()));
	return { notAfter: endOf(certificate), status: problems.join("; ") || "valid" };
}

/** Why a kubeconfig does not lead to this API server; empty: it does. */
export function leadsElsewhere(text: string, { subject, authority }: Omit<KubeconfigWish, "token">): string[] {
	const { clusters: [{ cluster } = {}] = [], users: [user] = [] } = parse(text) ?? {};
	const problems: string[] = [];
	if (!cluster || !user) problems.push("it is not a kubeconfig");
	if (cluster?.server !== subject.server)
		problems.push(`its server: expected ${subject.server}, got ${cluster?.server ?? "none"}`);
	if (decode(cluster?.["certificate-authority-data"]).trim() !== authority.certificate.trim())
		problems.push("its CA is another one");
	return problems;
}

function decode(data: string | undefined): string {
	return Buffer.from(data ?? "", "base64").toString();
}

/** The parts of a kubeconfig that are compared. */
interface Parsed {
	clusters?: { name?: string; cluster?: { server?: string; "certificate-authority-data"?: string } }[];
	users?: {
		name?: string;
		user?: { "client-certificate-data"?: string; "client-key-data"?: string; token?: string };
	}[];
}

function parse(text: string): Parsed | undefined {
	try {
		return fromYaml(text) as Parsed;
	} catch {
		return undefined;
	}
}
