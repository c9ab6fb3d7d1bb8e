import { isDeepStrictEqual } from "node:util";
import type { ReadFile, Tree } from "../../compare/tree-file";
import { type BootstrapTokenSpec, splitToken } from "../../config/bootstrap-token";
import { durationMilliseconds } from "../../go/duration";
import { normalizeTime, parseTime } from "../../go/time";
import { fromYaml, toYaml } from "../../go/yaml/write";
import { newBootstrapToken } from "../../pki/bootstrap-token";
import { bootstrapTokenSecret, type Secret } from "../../render/objects/bootstrap-token";

/** Objects that were rendered before. */
export interface ExistingObjects {
	/** A token's Secret stays until the token ends, so that its end does not move. */
	readFile: ReadFile;
	/** Names of the files under /objects. */
	names: readonly string[];
	now: Date;
}

/**
 * The tokens' Secrets, under /objects. kubeadm makes a token where none is named; one that was made here before is taken
 * again, each for one. One that has ended is given another end.
 *
 * Source: cmd/kubeadm/app/apis/bootstraptoken/v1/defaults.go.
 */
export function tokenFiles(
	specs: readonly BootstrapTokenSpec[],
	{ readFile: readExisting, names, now }: ExistingObjects,
): Tree {
	const named = specs.flatMap(({ token }) => splitToken(token)?.id ?? []);
	const made = names.flatMap((name) => tokenIn(name, readExisting) ?? []).filter(({ id }) => !named.includes(id));
	const files = specs.map((spec): Tree => {
		const declaredToken = splitToken(spec.token);
		const parts = declaredToken ?? takeFrom(made, spec, { look: readExisting, now }) ?? newBootstrapToken();
		const path = tokenPath(parts.id);
		const secret = tokenSecret(parts, spec, now);
		const secretFile = readExisting(path);
		const existingToken = secretFile && compare(secret, secretFile.content, now);
		const content = existingToken === "same" ? secretFile!.content : toYaml(secret);
		return {
			[path]: { content, mode: "0600", ...(existingToken === "ended" ? { replaces: secretFile!.content } : {}) },
		};
	});
	return Object.assign({}, ...files);
}

function tokenPath(id: string): string {
	return `/objects/bootstrap-token-${id}.yaml`;
}

interface Token {
	id: string;
	secret: string;
}

/** Takes one of the earlier tokens, preferably one with equal settings. */
function takeFrom(
	made: Token[],
	spec: BootstrapTokenSpec,
	{ look, now }: { look: ReadFile; now: Date },
): Token | undefined {
	const isSame = (token: Token) =>
		compare(tokenSecret(token, spec, now), look(tokenPath(token.id))?.content ?? "", now) !== "other";
	const at = Math.max(0, made.findIndex(isSame));
	return made.splice(at, 1)[0];
}

/** Reads the token of a Secret's file from an earlier run. */
function tokenIn(name: string, readExisting: ReadFile): Token | undefined {
	const id = /^bootstrap-token-([a-z0-9]{6})\.yaml$/.exec(name)?.[1];
	const data = id && secretData(readExisting(tokenPath(id))?.content ?? "");
	const secret = data && Buffer.from(data["token-secret"] ?? "", "base64").toString();
	return splitToken(`${id}.${secret}`);
}

/** Compares the settings of a file with those of a Secret. The end counts only where the token ends. */
function compare(secret: Secret, text: string, now: Date): "same" | "ended" | "other" {
	const { expiration = "", ...fields } = secretData(text) ?? {};
	const { expiration: end, ...wanted } = secret.data;
	if (!isDeepStrictEqual(fields, wanted) || Boolean(end) !== Boolean(expiration)) return "other";
	return !end || new Date(Buffer.from(expiration, "base64").toString()) > now ? "same" : "ended";
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
	const end = expires ? parseTime(expires) : lasts > 0 ? new Date(now.getTime() + lasts) : undefined;
	return bootstrapTokenSecret({
		...parts,
		...Object.fromEntries(Object.entries(rest).filter(([, value]) => value?.length)),
		...(end ? { expiration: normalizeTime(end.toISOString()) } : {}),
	});
}
