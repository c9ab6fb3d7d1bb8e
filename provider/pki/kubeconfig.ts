import { expected } from "../config/expected";
import { fromYaml } from "../go/yaml/write";
import { certificatesIn, firstCertificate } from "../render/pki/bundle";
import { certificateProblems, type Period, periodOf, type Rule } from "./inspect";
import type { Subject } from "./issue";

/** The cluster, the API server and the user in a kubeconfig. */
export interface KubeconfigSubject {
	/** Name of the cluster's entry, for example `kubernetes`. */
	clusterName: string;
	/** `https://host:port` */
	server: string;
	/** Name of the user's entry, for example `kubernetes-admin`. */
	user: string;
	/** Content that the client certificate must have. */
	certificate: Subject;
}

/** The content that a kubeconfig must have. */
export interface KubeconfigWish {
	/** Cluster, API server, user and client certificate. */
	subject: KubeconfigSubject;
	/** The cluster's CA, PEM. */
	authority: { certificate: string };
	/** The user's token, in place of a client certificate. Secret. @default none: a client certificate is expected */
	token?: string;
}

/**
 * Judges a kubeconfig for a resource's outputs.
 * @param rule how strictly the client certificate is compared
 * @returns `status`: `valid`, or the problems of the kubeconfig; and the period of its client certificate, ISO 8601, with empty
 * texts where a token is expected or there is no certificate
 */
export function kubeconfigStatus(
	text: string,
	wish: KubeconfigWish,
	rule: Rule = "exactly",
): Period & { status: string } {
	const period = wish.token ? { notBefore: "", notAfter: "" } : periodOf(credentialsIn(text).certificate);
	return { ...period, status: kubeconfigProblems(text, wish, rule).join("; ") || "valid" };
}

/**
 * Compares a kubeconfig with the wanted content. By the rule "in place", as kubeadm does, a kubeconfig without an embedded
 * client certificate needs only the wanted CA and server.
 *
 * Source: `validateKubeConfig`, kubeadm phases/kubeconfig/kubeconfig.go.
 * @param rule how strictly the client certificate is compared @default "exactly"
 * @returns the problems, as clauses such as `its token is another one`; empty where the kubeconfig may stay
 */
export function kubeconfigProblems(
	text: string,
	{ subject, authority, token }: KubeconfigWish,
	rule: Rule = "exactly",
): string[] {
	const problems = serverProblems(text, { subject, authority });
	if (token) {
		const isOther = parse(text)?.users?.[0]?.user?.token !== token;
		return isOther ? [...problems, "its token is another one"] : problems;
	}
	const pair = credentialsIn(text);
	if (!pair.certificate && rule === "in place") return problems;
	return [
		...problems,
		...certificateProblems({
			found: pair,
			request: subject.certificate,
			caCertificate: authority.certificate,
			now: new Date(),
			rule,
		}),
	];
}

/** Extracts the client certificate and key of a kubeconfig's first user, PEM; empty texts where they are not embedded, or the text is no YAML. */
export function credentialsIn(text: string): { certificate: string; key: string } {
	const { user = {} } = parse(text)?.users?.[0] ?? {};
	return { certificate: decode(user["client-certificate-data"]), key: decode(user["client-key-data"]) };
}

/** Whether a kubeconfig's first user has the path of a client certificate's file; false for a text that is no YAML. */
export function namesCredentials(text: string): boolean {
	return parse(text)?.users?.[0]?.user?.["client-certificate"] !== undefined;
}

/** Compares server and CA of a kubeconfig with the wanted ones. @returns the problems; empty where both are equal. In a CA bundle, any of the certificates may be the kubeconfig's */
export function serverProblems(text: string, { subject, authority }: Omit<KubeconfigWish, "token">): string[] {
	const { clusters: [{ cluster } = {}] = [], users: [user] = [] } = parse(text) ?? {};
	const problems: string[] = [];
	if (!cluster || !user) problems.push("it is not a kubeconfig");
	if (cluster?.server !== subject.server)
		problems.push(expected({ at: "its server", expected: subject.server, got: cluster?.server ?? "none" }));
	const trusted = decode(cluster?.["certificate-authority-data"]);
	if (!certificatesIn(authority.certificate).includes(firstCertificate(trusted)))
		problems.push("its CA is another one");
	return problems;
}

function decode(data: string | undefined): string {
	return Buffer.from(data ?? "", "base64").toString();
}

/** The fields of a kubeconfig that are compared. */
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
