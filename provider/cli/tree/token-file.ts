import { randomInt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { bootstrapTokenSecret, type Secret } from "../../render/objects/bootstrap-token";
import { fromYaml, toYaml } from "../../render/yaml";
import { type BootstrapTokenSpec, splitToken } from "../../spec/bootstrap-token";
import { durationMilliseconds } from "../../spec/duration";
import type { Look, Tree } from "./tree";

/** What is there from before. */
export interface Finding {
	/** A token's Secret stays until the token ends, so that its end does not move. */
	look: Look;
	/** Names of the files under /objects. */
	names: readonly string[];
	now: Date;
}

/**
 * A token's Secret, under /objects. kubeadm makes a token where none is named.
 *
 * Source: cmd/kubeadm/app/apis/bootstraptoken/v1/defaults.go.
 */
export function tokenFile(spec: BootstrapTokenSpec, { look, names, now }: Finding): Tree {
	const parts = splitToken(spec.token) ?? tokenIn(names, look) ?? { id: letters(6), secret: letters(16) };
	const path = tokenPath(parts.id);
	const secret = tokenSecret(parts, spec, now);
	const found = look(path);
	const isKept = found && isSameToken(secret, found.content, now);
	return { [path]: { content: isKept ? found.content : toYaml(secret), mode: "0600" } };
}

function tokenPath(id: string): string {
	return `/objects/bootstrap-token-${id}.yaml`;
}

/** The token that was made here before. */
function tokenIn(names: readonly string[], look: Look): { id: string; secret: string } | undefined {
	const [id] = names.flatMap((name) => /^bootstrap-token-([a-z0-9]{6})\.yaml$/.exec(name)?.[1] ?? []);
	const data = id && secretData(look(tokenPath(id))?.content ?? "");
	const secret = data && Buffer.from(data["token-secret"] ?? "", "base64").toString();
	return splitToken(`${id}.${secret}`);
}

function isSameToken(secret: Secret, text: string, now: Date): boolean {
	const { expiration = "", ...found } = secretData(text) ?? {};
	const { expiration: end, ...wanted } = secret.data;
	if (!isDeepStrictEqual(found, wanted) || Boolean(end) !== Boolean(expiration)) return false;
	return !end || new Date(Buffer.from(expiration, "base64").toString()) > now;
}

function secretData(text: string): Record<string, string> | undefined {
	try {
		return (fromYaml(text) as Secret | undefined)?.data;
	} catch {
		return undefined;
	}
}

function tokenSecret(
	parts: { id: string; secret: string },
	{ token: _, ttl = "24h", expires, ...rest }: BootstrapTokenSpec,
	now: Date,
): Secret {
	const lasts = durationMilliseconds(ttl);
	const end = expires ? new Date(expires) : lasts > 0 ? new Date(now.getTime() + lasts) : undefined;
	return bootstrapTokenSecret({
		...parts,
		...Object.fromEntries(Object.entries(rest).filter(([, value]) => value?.length)),
		...(end ? { expiration: end.toISOString().replace(/\.\d+Z$/, "Z") } : {}),
	});
}

function letters(count: number): string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
	return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join("");
}
