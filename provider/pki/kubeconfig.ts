import { fromYaml } from "../go/yaml/write";
import { bundle, firstCertificate } from "../render/pki/bundle";
import { mismatches, type Period, periodOf, type Rule } from "./inspect";
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
 * What a kubeconfig is worth: when its certificate ends, and "valid" or why it cannot stay. kubeadm keeps one that has the
 * same CA and server, whoever its user is and by whatever he is known: the rule "in place".
 *
 * Source: `validateKubeConfig`, phases/kubeconfig/kubeconfig.go.
 * @param rule of its certificate. @default "exactly"
 */
export function appraise(
	text: string,
	{ subject, authority, token }: KubeconfigWish,
	rule: Rule = "exactly",
): Period & { status: string } {
	const problems = leadsElsewhere(text, { subject, authority });
	if (token) {
		if (parse(text)?.users?.[0]?.user?.token !== token) problems.push("its token is another one");
		return { notBefore: "", notAfter: "", status: problems.join("; ") || "valid" };
	}
	const pair = credentialsIn(text);
	if (pair.certificate || rule !== "in place")
		problems.push(...mismatches(pair, subject.certificate, authority.certificate, new Date(), rule));
	return { ...periodOf(pair.certificate), status: problems.join("; ") || "valid" };
}

/** The client's certificate and key that stand in a kubeconfig, PEM; empty texts where they do not. */
export function credentialsIn(text: string): { certificate: string; key: string } {
	const { user = {} } = parse(text)?.users?.[0] ?? {};
	return { certificate: decode(user["client-certificate-data"]), key: decode(user["client-key-data"]) };
}

/** Whether a kubeconfig only names the files of its client's certificate and key. */
export function namesCredentials(text: string): boolean {
	return parse(text)?.users?.[0]?.user?.["client-certificate"] !== undefined;
}

/** Why a kubeconfig does not lead to this API server; empty: it does. */
export function leadsElsewhere(text: string, { subject, authority }: Omit<KubeconfigWish, "token">): string[] {
	const { clusters: [{ cluster } = {}] = [], users: [user] = [] } = parse(text) ?? {};
	const problems: string[] = [];
	if (!cluster || !user) problems.push("it is not a kubeconfig");
	if (cluster?.server !== subject.server)
		problems.push(`its server: expected ${subject.server}, got ${cluster?.server ?? "none"}`);
	const trusted = decode(cluster?.["certificate-authority-data"]);
	if (!bundle(authority.certificate).includes(firstCertificate(trusted))) problems.push("its CA is another one");
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
		user?: {
			"client-certificate"?: string;
			"client-certificate-data"?: string;
			"client-key-data"?: string;
			token?: string;
		};
	}[];
}

function parse(text: string): Parsed | undefined {
	try {
		return fromYaml(text) as Parsed;
	} catch {
		return undefined;
	}
}
