import { setTimeout as pause } from "node:timers/promises";
import type { Host } from "../../hosts/host";
import { HostError } from "../../hosts/host-error";
import { redact } from "../../hosts/redact";
import { serviceCommand } from "../../hosts/service";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { containerOf } from "../control-plane/sandboxes";
import { type ContainerEvidence, containerEvidence } from "./container";

/** What a host shows about a component that does not come up. */
interface Evidence extends ContainerEvidence {
	containerd: string;
	kubelet: string;
	/** `Enforcing`, `Permissive`, `Disabled`; empty on a host without SELinux. */
	selinux: string;
	/** Why the host does not reach the API server that its kubelet joins through. */
	unreachable?: string | undefined;
	/** Name of the container; empty for the kubelet itself. */
	name: string;
	/** Last log lines of the kubelet about the component. */
	journal: string[];
	/** Image of the container; empty for the kubelet itself. */
	image: string;
}

/** A known failure, recognised in the evidence. */
interface KnownFailure {
	layer: string;
	/** Lines of the evidence that show the failure; false where it is another. */
	recognise: (evidence: Evidence) => string[] | false;
	/** Command to type on the host. */
	next: string | ((evidence: Evidence) => string);
	/** What to do after that command. */
	afterwards?: string;
}

const lines = (all: string[], pattern: RegExp): string[] | false => {
	const matching = all.filter((line) => pattern.test(line)).slice(-3);
	return matching.length > 0 && matching;
};

/** Known failures, lowest layer first: the first that is recognised is the cause. */
const failures: KnownFailure[] = [
	{
		layer: "container runtime",
		recognise: ({ containerd, journal }) =>
			containerd !== "active" && [`containerd is ${containerd || "missing"}`, ...journal.slice(-1)],
		next: `${serviceCommand.start("containerd")}; ${serviceCommand.journal("containerd")}`,
	},
	{
		layer: "container runtime",
		recognise: ({ silent }) => silent !== undefined && [silent],
		next: `${serviceCommand.journal("containerd")}; sshd -T | grep -i forwarding`,
	},
	{
		layer: "swap",
		recognise: ({ journal }) => lines(journal, /running with swap on is not supported/i),
		next: "swapoff -a",
		afterwards: "take swap out of /etc/fstab",
	},
	{
		layer: "cgroup driver",
		recognise: ({ journal, log }) =>
			lines([...journal, ...log], /not run on a host using cgroup v1|cgroup driver|cgroupDriver|expected cgroupsPath/i),
		next: "grep -H cgroupDriver /var/lib/kubelet/config.yaml; grep -H SystemdCgroup /etc/containerd/config.toml",
		afterwards: "give both the same driver",
	},
	{
		layer: "kubelet configuration",
		recognise: ({ kubelet, journal }) =>
			kubelet !== "active" &&
			lines(
				journal,
				/failed to (load|parse|validate)|unknown flag|invalid configuration|strict decoding|no such file/i,
			),
		next: serviceCommand.journal("kubelet"),
	},
	{
		layer: "network or firewall",
		recognise: ({ unreachable }) => unreachable !== undefined && [unreachable],
		next: "iptables -S; nft list ruleset; firewall-cmd --list-all",
		afterwards: "the same command on the control plane",
	},
	{
		layer: "kubelet",
		recognise: ({ kubelet, journal }) => kubelet !== "active" && [`the kubelet is ${kubelet}`, ...journal.slice(-5)],
		next: `${serviceCommand.status("kubelet")}; ${serviceCommand.journal("kubelet")}`,
	},
	{
		layer: "port in use",
		recognise: ({ log, journal }) => lines([...log, ...journal], /address already in use/i),
		next: "ss -ltnp",
	},
	{
		layer: "SELinux",
		recognise: ({ selinux, log }) => selinux === "Enforcing" && lines(log, /permission denied/i),
		next: "ausearch -m AVC -ts recent; setenforce 0",
	},
	{
		layer: "image",
		recognise: ({ container, journal }) =>
			!/^(Running|Exited [1-9])/.test(container) &&
			lines(journal.slice(-1), /ErrImagePull|ImagePullBackOff|failed to pull|pull image|image.*not found/i),
		next: ({ image }) => `ctr -n k8s.io images pull ${image}`,
	},
	{
		layer: "certificate",
		recognise: ({ log, journal }) =>
			lines([...log, ...journal], /x509:|certificate has expired|not yet valid|bad certificate/i),
		next: "date; for c in /etc/kubernetes/pki/*.crt; do echo $c; openssl x509 -noout -dates -in $c; done",
	},
	{
		layer: "data directory",
		recognise: ({ failed, log }) =>
			failed !== "" &&
			lines(
				log,
				/wal: (crc mismatch|file not found|io: read|max entry size|slice bounds)|failed to (open|recover|read) .*(wal|snap|db|bbolt|backend)|invalid database|failed to open database|snap: |unexpected EOF/i,
			),
		next: "ls -lR /var/lib/etcd",
		afterwards: "restore a snapshot of etcd; where the cluster holds nothing yet, `pulumi destroy` removes the data",
	},
	{
		layer: "container exit",
		recognise: ({ failed, log }) =>
			failed !== "" && [`the container ended with exit code ${failed}; its last lines:`, ...log.slice(-8)],
		next: ({ name }) => `ls -t /var/log/pods/*/${name}/*.log | head -n 1 | xargs tail -n 50`,
	},
	{
		layer: "pod sandbox",
		recognise: ({ container, journal }) => container === "" && lines(journal, /sandbox/i),
		next: `${serviceCommand.journal("kubelet")}; ${serviceCommand.journal("containerd")}`,
	},
];

/**
 * Explains why a static pod is not healthy.
 * @returns indented lines with the layer, the evidence and the next command to type; `layer: unknown` where no known failure fits
 */
export async function explain(host: Host, pod: Pod): Promise<string> {
	const name = pod.metadata.name as StaticPodName;
	return verdict(host, await gather(host, { pod, manifest: staticPodPath(name), journal: name }));
}

/**
 * Explains why a kubelet is not healthy.
 * @param server URL of the API server that the kubelet joins through; absent where the kubelet does not join a cluster
 * @returns indented lines with the layer, the evidence and the next command to type; `layer: unknown` where no known failure fits
 */
export async function explainKubelet(host: Host, server?: string): Promise<string> {
	const evidence = await gather(host, { journal: "." });
	return verdict(host, server ? { ...evidence, unreachable: await unreachable(host, new URL(server)) } : evidence);
}

/** Why the host does not reach a server, which a kubelet logs only after minutes; undefined where it does. */
async function unreachable(host: Host, { hostname, port }: URL): Promise<string | undefined> {
	const late = pause(5000, `${hostname}:${port} does not answer the host: no connection in 5 s`, { ref: false });
	const dialled = host.dial(hostname, Number(port || 443)).then(
		(stream) => void stream.destroy(),
		(error) => (error instanceof HostError ? error.what : String(error)),
	);
	return Promise.race([dialled, late]);
}

function verdict(host: Host, evidence: Evidence): string {
	for (const { layer, recognise, next, afterwards } of failures) {
		const symptoms = recognise(evidence);
		if (!symptoms) continue;
		const script = typeof next === "string" ? next : next(evidence);
		const shown = symptoms.map((line) => `    ${line}`).join("\n");
		return redact(
			`  layer: ${layer}\n${shown}\n  next: ${host.typed(script)}${afterwards ? `; then: ${afterwards}` : ""}`,
		);
	}
	return `  layer: unknown; containerd and the kubelet run\n  next: ${host.typed(`ctr -n k8s.io tasks ls; ${serviceCommand.journal("kubelet")}`)}`;
}

async function gather(
	host: Host,
	{ pod, manifest, journal }: { pod?: Pod; manifest?: string; journal: string },
): Promise<Evidence> {
	const { stdout } = await host.run({
		intent: "look for the cause",
		script: `
echo "containerd $(${serviceCommand.activeState("containerd")})"
kubelet=$(${serviceCommand.activeState("kubelet")})
echo "kubelet $kubelet"
echo "selinux $(getenforce 2>/dev/null)"
echo "now $(date +%s)"
${manifest ? `echo "placed $(stat -c %Y ${manifest} 2>/dev/null)"; sed -n 's/^ *image: /image /p' ${manifest} 2>/dev/null` : ""}
[ "$kubelet" = active ] && since=-3min || since=-1min
${serviceCommand.log("kubelet", "$since", 600)} | grep -E '${journal}' | grep -E '^[EWF][0-9]|[Ee]rr|[Ff]ail' | tail -n 12 | sed 's/^/journal /'
exit 0`,
		timeoutSeconds: 30,
	});
	const facts = stdout
		.split("\n")
		.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1).trim()] as const);
	const all = (kind: string) => facts.filter(([name]) => name === kind).map(([, text]) => text.slice(0, 800));
	const one = (kind: string) => all(kind)[0] ?? "";
	const clock = { now: Number(one("now")), placed: Number(one("placed")) };
	return {
		...(pod ? await containerEvidence(host, pod, clock) : { container: "", failed: "", log: [] }),
		containerd: one("containerd"),
		kubelet: one("kubelet"),
		selinux: one("selinux"),
		journal: all("journal"),
		name: pod ? containerOf(pod).name : "",
		image: one("image"),
	};
}
