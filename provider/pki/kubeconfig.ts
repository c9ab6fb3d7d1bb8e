import { expected } from "../config/expected";
import { fromYaml } from "../go/yaml/write";
import { certificatesIn, firstCertificate } from "../render/pki/bundle";
import { certificateProblems, type Period, periodOf, type Rule } from "./inspect";
import type { Subject } from "./issue";

/** The cluster, the API server and the user in a kubeconfig. */
export interface KubeconfigSubject {
	clusterName: string;
	/** `https://host:port` */
	server: string;
	user: string;
	certificate: Subject;
}

/** The content that a kubeconfig must have. */
export interface KubeconfigWish {
	subject: KubeconfigSubject;
	/** The cluster's CA, PEM. */
	authority: { certificate: string };
	/** The user's token, in place of a client certificate. */
	token?: string;
}

/** Validity of a kubeconfig: when its certificate begins and ends, and "valid" or why the kubeconfig cannot stay. */
export function kubeconfigStatus(
	text: string,
	wish: KubeconfigWish,
	rule: Rule = "exactly",
): Period & { status: string } {
	const period = wish.token ? { notBefore: "", notAfter: "" } : periodOf(credentialsIn(text).certificate);
	return { ...period, status: kubeconfigProblems(text, wish, rule).join("; ") || "valid" };
}

/**
 * Why a kubeconfig is not the wanted one; empty where it is. By the rule "in place", kubeadm keeps a kubeconfig with the
 * wanted CA and server, whoever its user is and whatever identifies that user.
 *
 * Source: `validateKubeConfig`, kubeadm phases/kubeconfig/kubeconfig.go.
 * @param rule how its certificate has to be the wanted one @default "exactly"
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

/** The client certificate and key in a kubeconfig, PEM; empty texts for none. */
export function credentialsIn(text: string): { certificate: string; key: string } {
	const { user = {} } = parse(text)?.users?.[0] ?? {};
	return { certificate: decode(user["client-certificate-data"]), key: decode(user["client-key-data"]) };
}

/** Whether a kubeconfig names files for the client certificate and key in place of their content. */
export function namesCredentials(text: string): boolean {
	return parse(text)?.users?.[0]?.user?.["client-certificate"] !== undefined;
}

/** Why a kubeconfig does not lead to an API server: another server or CA. Empty where it does. */
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
