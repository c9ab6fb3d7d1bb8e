import type { Period, Rule } from "./inspect";
import { renewalIsDue } from "./renewal";

/** Verdict on a certificate or kubeconfig that is in place. */
export interface Verdict {
	/** Whether the credential is the requested one, by the strict rule. */
	asAsked: boolean;
	/** Whether the credential may stay: by the rule "in place" where it was there before this program, else by the strict rule. */
	acceptable: boolean;
	/** Whether the credential may stay and is not due for renewal. */
	lasts: boolean;
	/** Why the credential is not acceptable; empty where it is acceptable. */
	problems: string[];
}

/** Facts about a credential in place, from which a verdict is made. */
interface Evidence {
	/** Compares the credential in place with the requested one, by a rule. Returns the problems; empty where there is none. */
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
 * Judges whether a credential in place is kept. Where the verdict's `lasts` is false, the caller issues a new credential, or
 * requests a signature where the CA's key is elsewhere.
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
