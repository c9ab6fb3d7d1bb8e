import type { Period, Rule } from "./inspect";
import { renewalIsDue } from "./renewal";

/** What is known about a certificate or kubeconfig that lies where one is wanted. */
export interface Verdict {
	/** Whether it is what was asked for, by the strict rule. */
	asAsked: boolean;
	/** Whether it may stay, by the rule that applies to it. */
	acceptable: boolean;
	/** Whether it may stay and is not due for renewal. */
	lasts: boolean;
	/** Why it is not acceptable; empty where it is. */
	problems: string[];
}

/** What a verdict is reached from. */
interface Evidence {
	/** Compares what is in place with what is wanted, by a rule; empty where nothing is wrong. */
	problemsBy: (rule: Rule) => string[];
	/** The strict rule: "exactly" for what this program signs, "at least" for what others sign on request. */
	strict: Rule;
	/** Whether the credential was in place before this program and is judged as kubeadm judges what it finds. */
	wasInPlace: boolean;
	/** When its certificate begins and ends; undefined for a token, which does not end. */
	period?: Period;
	/** The whole life that was asked for, in seconds. */
	validity: number;
	now: Date;
}

/**
 * Judges whether a credential in place is kept. A caller keeps what lasts, else issues a new one where it has the CA's
 * key, else asks for one to be signed elsewhere.
 *
 * Source: `writeCertificateFilesIfNotExist`, kubeadm phases/certs/certs.go; `createKubeConfigFileIfNotExists`,
 * phases/kubeconfig/kubeconfig.go.
 */
export function verdictOn({ problemsBy, strict, wasInPlace, period, validity, now }: Evidence): Verdict {
	const strictProblems = problemsBy(strict);
	const problems = wasInPlace ? problemsBy("in place") : strictProblems;
	const acceptable = problems.length === 0;
	const isDue = period !== undefined && renewalIsDue(period, validity, now);
	return { asAsked: strictProblems.length === 0, acceptable, lasts: acceptable && !isDue, problems };
}
