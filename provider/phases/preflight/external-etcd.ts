import { quote } from "../../hosts/shell";
import { type Check, controlPlanes, findingIf } from "./check";

/** Lowest version. Source: `MinExternalEtcdVersion`, kubeadm constants/constants.go. */
const least = [3, 5, 24];

/** Checks of an external etcd. Source: `ExternalEtcdVersionCheck`, `FileExistingCheck`, kubeadm preflight/checks.go. */
export const externalEtcd: Check[] = [
	{
		name: "ExternalEtcdVersion",
		expects: `the members of an external etcd to answer the host, with version ${least.join(".")} or later`,
		on: ["init"],
		layer: "external etcd",
		severity: "error",
		judge: ({ etcd }) =>
			etcd.flatMap(({ endpoint, version, problem }) =>
				findingIf(
					problem
						? { expected: `${endpoint}/version to answer`, got: problem }
						: isOlder(version!) && { expected: `etcd ${least.join(".")} or later at ${endpoint}`, got: version },
					{ next: `curl -k ${quote(`${endpoint}/version`)}` },
				),
			),
		next: "curl -k ENDPOINT/version",
	},
	{
		name: "ExternalEtcdClientCertificates",
		expects: "the files that `etcd.external` names to be on the host",
		on: controlPlanes,
		layer: "external etcd",
		severity: "error",
		script: ({ externalEtcd: files }) =>
			[files?.caFile, files?.certFile, files?.keyFile]
				.flatMap((path) => (path ? [`[ -e ${quote(path)} ] || echo ${quote(`absent=${path}`)}`] : []))
				.join("\n"),
		judge: ({ printed }) =>
			(printed.absent ?? []).flatMap((path) => findingIf({ expected: path, got: "no such file" })),
		next: "ls -l DIRECTORY",
		afterwards: "put the file there, for example with a HostFile",
	},
];

function isOlder(version: string): boolean {
	const got = version.split(/[.+-]/).slice(0, 3).map(Number);
	const at = least.findIndex((number, index) => got[index] !== number);
	return at >= 0 && !(got[at]! > least[at]!);
}
