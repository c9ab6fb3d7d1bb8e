import { PolicyPack, type ResourceValidationArgs, type ResourceValidationPolicy } from "@pulumi/policy";
import { type Rule, rules, type Subject } from "./rules";

new PolicyPack("kubeadm", { policies: rules.map(policyOf) });

function policyOf(rule: Rule): ResourceValidationPolicy {
	return {
		name: rule.name,
		description: rule.description,
		enforcementLevel: rule.level,
		configSchema: { properties: { production: { type: "string" } } },
		validateResource(resource, report) {
			const subject = subjectOf(resource);
			const violation = subject && rule.violation(subject);
			if (violation) report(violation);
		},
	};
}

/** The resource as rules see it, if this is one of pulumi-kubeadm. */
function subjectOf({ type, urn, props, opts, getConfig }: ResourceValidationArgs): Subject | undefined {
	const [, kind] = /^pulumi-nodejs:dynamic\/kubeadm:(\w+)$/.exec(type) ?? [];
	if (!kind) return undefined;
	const { production = "(^|[-_.])prod(uction)?([-_.]|$)" } = getConfig<{ production?: string }>();
	const [, , stack = ""] = urn.split(":");
	return {
		kind,
		inputs: withUnknowns(props),
		isProtected: opts.protect,
		isProduction: new RegExp(production, "i").test(stack),
	};
}

/** Inputs that can be read as a whole: Pulumi's own object throws where a value that is not known yet is touched. */
function withUnknowns(props: object): Record<string, unknown> {
	const fields = Object.entries(Object.getOwnPropertyDescriptors(props));
	return Object.fromEntries(fields.map(([name, { value }]) => [name, value]));
}
