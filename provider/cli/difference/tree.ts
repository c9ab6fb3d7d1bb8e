import { createPrivateKey } from "node:crypto";
import { paths } from "../../facts/paths";
import { publicKeyPem } from "../../lifecycle/pki/keys";
import { bootstrapKubeconfigPath, kubeconfigPath } from "../../render/kubeconfig";
import { firstCertificate } from "../../render/pki/bundle";
import type { CertificateRequest } from "../../render/pki/certificates";
import { rootlessFiles } from "../../render/static-pods/rootless";
import { skips } from "../../spec/phases";
import type { NodePlan } from "../tree/node-plan";
import type { Look, Tree } from "../tree/tree";
import { certificateDifferences } from "./certificates";
import type { Difference } from "./difference";
import { type Context, joinedDifferences, kubeconfigDifferences } from "./kubeconfigs";
import { valueDifferences } from "./values";
import { isMapping, kindOf, yamlIn } from "./yaml";

/** What a tree is compared by. */
export interface Against {
	plan: NodePlan;
	/** What the tree has. */
	look: Look;
	/** The CAs as they have to be; absent: whatever says what kubeadm's would. */
	given: Look;
	/** Names in the manifests' folder. */
	manifests: readonly string[];
	/** Modes of those of the plan's directories that the tree has. */
	directoryModes: Record<string, string>;
	now: Date;
}

type Found = Omit<Difference, "file">;

/** What a node's tree has otherwise than planned, by path. */
export function treeDifferences(against: Against): Difference[] {
	const { plan } = against;
	return [
		...plainFiles(against),
		...plan.authorities.flatMap((request) => authority(request, against)),
		...plan.certificates.flatMap((request) => leaf(request, against)),
		...kubeconfigs(against),
		...serviceAccount(against),
		...unexpectedManifests(against),
		...directories(against),
	].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

function plainFiles({ plan, look }: Against): Difference[] {
	return Object.entries(plan.files).flatMap(([path, wanted]) =>
		at(path, wanted.mode, look, ({ content }) => {
			return path.endsWith(".env")
				? valueDifferences(flagsIn(wanted.content), flagsIn(content))
				: yamlDifferences(wanted.content, content);
		}),
	);
}

/** All that is compared here is a mapping: another value is said by what it is, and not shown. */
function yamlDifferences(expected: string, content: string): Found[] {
	const found = yamlIn(content);
	if (found && isMapping(found.value)) return valueDifferences(yamlIn(expected)?.value, found.value);
	return [{ at: "", expected: "a mapping", found: found ? kindOf(found.value) : "text that is no YAML" }];
}

function authority(request: CertificateRequest, { plan, look, given, now }: Against): Difference[] {
	const { certificatePath, keyPath } = request;
	const wanted = given(certificatePath);
	const certificate = at(certificatePath, "0644", look, ({ content }) => {
		if (!wanted) return certificateDifferences(request, { certificate: content, key: look(keyPath)?.content, now });
		const isSame = firstCertificate(wanted.content) === firstCertificate(content);
		return isSame ? [] : [{ at: "", expected: "the CA of --ca-dir", found: "another one" }];
	});
	const isElsewhere = (request.name === "ca" && plan.cluster.externalCA) || (wanted && !given(keyPath));
	const hasKey = plan.node.role === "control-plane" && !(isElsewhere && !look(keyPath));
	return hasKey ? [...certificate, ...at(keyPath, "0600", look, () => [])] : certificate;
}

function leaf(request: CertificateRequest, { plan, look, now }: Against): Difference[] {
	const { certificatePath, keyPath } = request;
	const ca = plan.authorities.find(({ name }) => name === request.ca);
	return [
		...at(certificatePath, "0644", look, ({ content }) =>
			certificateDifferences(request, {
				certificate: content,
				key: look(keyPath)?.content,
				caCertificate: look(ca?.certificatePath ?? "")?.content,
				now,
			}),
		),
		...at(keyPath, "0600", look, () => []),
	];
}

function kubeconfigs({ plan, look, now }: Against): Difference[] {
	const [ca] = plan.authorities;
	const caCertificate = ca ? (look(ca.certificatePath)?.content ?? "") : "";
	const context: Context = { plan, caCertificate, now };
	const written = plan.kubeconfigs.flatMap((request) =>
		at(request.path, "0600", look, ({ content }) => kubeconfigDifferences(request, content, context)),
	);
	if (plan.way === "init" || skips(plan.node, "kubelet-start")) return written;
	const final = kubeconfigPath("kubelet.conf");
	const path = !look(final) && look(bootstrapKubeconfigPath) ? bootstrapKubeconfigPath : final;
	return [...written, ...at(path, "0600", look, ({ content }) => joinedDifferences(path, content, context))];
}

function serviceAccount({ plan: { cluster, serviceAccountKey: key }, look }: Against): Difference[] {
	if (!key) return [];
	const { mode = "0600" } = rootlessFiles(cluster)[key.privateKeyPath] ?? {};
	const belongs = ({ content }: { content: string }): Found[] => {
		const own = look(key.privateKeyPath)?.content;
		if (own === undefined || publicHalf(own) === content.trim()) return [];
		return [{ at: "", expected: `the public half of ${key.privateKeyPath}`, found: "something else" }];
	};
	return [...at(key.privateKeyPath, mode, look, () => []), ...at(key.publicKeyPath, "0600", look, belongs)];
}

/** The kubelet runs whatever is there. */
function unexpectedManifests({ plan, manifests }: Against): Difference[] {
	return manifests
		.filter((name) => !name.startsWith("."))
		.map((name) => `${paths.manifestsDirectory}/${name}`)
		.filter((path) => !(path in plan.files))
		.map((file) => ({ file, at: "", found: "a manifest" }));
}

function directories({ plan, directoryModes }: Against): Difference[] {
	return Object.entries(plan.directories)
		.filter(([path, { mode }]) => path in directoryModes && directoryModes[path] !== mode)
		.map(([file, { mode }]) => ({ file, at: "mode", expected: mode, found: directoryModes[file] }));
}

/** A file that has to be there, with a mode. */
function at(path: string, mode: string, look: Look, compare: (found: Tree[string]) => Found[]): Difference[] {
	const found = look(path);
	if (!found) return [{ file: path, at: "", expected: "a file" }];
	const modes = found.mode === mode ? [] : [{ at: "mode", expected: mode, found: found.mode }];
	return [...modes, ...compare(found)].map((difference) => ({ file: path, ...difference }));
}

/** `NAME="--flag=value …"` by names. */
function flagsIn(text: string): Record<string, string[]> {
	const lines = text.split("\n").filter((line) => line.includes("="));
	return Object.fromEntries(
		lines.map((line) => {
			const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(line) ?? [];
			return [
				name,
				value
					.replace(/^"(.*)"$/, "$1")
					.split(" ")
					.filter(Boolean),
			];
		}),
	);
}

function publicHalf(privateKey: string): string | undefined {
	try {
		return publicKeyPem(createPrivateKey(privateKey)).trim();
	} catch {
		return undefined;
	}
}
