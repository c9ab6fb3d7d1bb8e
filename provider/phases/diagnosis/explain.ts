import { setTimeout as pause } from "node:timers/promises";
import type { Host } from "../../hosts/host";
import { HostError } from "../../hosts/host-error";
import { redact } from "../../hosts/redact";
import { serviceCommand } from "../../hosts/service";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { containerOf } from "../control-plane/sandboxes";
import { type ContainerEvidence, containerEvidence } from "./container";
import { withoutNumbers } from "./exits";
import { kubeletEnds } from "./kubelet-ends";

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
	/** Last log lines of the kubelet about the component; for the kubelet itself, its errors where there are any. */
	journal: string[];
	/** The lines that tell why the kubelet's processes ended in the last minute, oldest first, each once. */
	ends: string[];
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

/** Lines of a kubelet that does not start with its configuration or flags. */
const kubeletRefusal =
	/failed to (load|parse|validate)|unknown flag|unrecognized feature gate|cannot set feature gate|invalid configuration|strict decoding|no such file/i;

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
		layer: "kernel limits",
		recognise: ({ ends }) => lines(ends, /inotify|too many open files/i),
		next: "sysctl fs.inotify.max_user_instances fs.inotify.max_user_watches",
		afterwards: "raise what is short: sysctl -w fs.inotify.max_user_instances=8192; keep it in /etc/sysctl.d",
	},
	{
		layer: "kubelet configuration",
		// Where ends are known, an older line of the journal may be of a configuration that was taken back.
		recognise: ({ kubelet, journal, ends }) =>
			lines(ends, kubeletRefusal) || (kubelet !== "active" && ends.length === 0 && lines(journal, kubeletRefusal)),
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
		recognise: ({ kubelet, journal, ends }) =>
			(kubelet !== "active" || ends.length > 0) && [
				kubelet === "active" ? "the kubelet ends again and again" : `the kubelet is ${kubelet}`,
				...(ends.length > 0 ? ends.slice(-3) : journal.slice(-5)),
			],
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
		layer: "authentication",
		recognise: ({ journal, name }) =>
			name === "kube-apiserver" && lines(journal, /HTTP probe failed with statuscode: 401/),
		next: "grep -e --anonymous-auth -e --authentication-config /etc/kubernetes/manifests/kube-apiserver.yaml",
		afterwards:
			"allow anonymous requests to /livez, /readyz and /healthz: anonymous.conditions of an AuthenticationConfiguration",
	},
	{
		layer: "disk",
		recognise: ({ log, journal }) => lines([...journal, ...log], /no space left on device|disk quota exceeded/i),
		next: "df -h /var/lib/etcd /var/lib/containerd /var/lib/kubelet /var/log",
		afterwards: "free some space: the component starts again by itself",
	},
	{
		layer: "etcd's quota",
		recognise: ({ log }) => lines(log, /database space exceeded|alarm:NOSPACE/i),
		next: "ls -l /var/lib/etcd/member/snap/db",
		afterwards:
			"raise etcd's flag quota-backend-bytes (etcd.local.extraArgs), or compact and defragment; then in etcd's container: etcdctl alarm disarm",
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

/** The lines that differ in more than numbers, such as times: the last of each. */
function distinct(lines: readonly string[]): string[] {
	return [...new Map(lines.map((line) => [withoutNumbers(line), line])).values()];
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
lines=$(${serviceCommand.log("kubelet", "$since", 600)} | grep -E '${journal}' | grep -E '^[EWF][0-9]|[Ee]rr|[Ff]ail|^panic')
printf '%s\n' "$lines" | grep . | tail -n 12 | sed 's/^/journal /'
printf '%s\n' "$lines" | grep -E '^[EF][0-9]|^panic' | tail -n 12 | sed 's/^/severe /'
exit 0`,
		timeoutSeconds: 30,
	});
	const { ends } = await kubeletEnds(host);
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
		journal: pod || all("severe").length === 0 ? all("journal") : all("severe"),
		// A kubelet that ended once and runs now may have been without its configuration then.
		ends: one("kubelet") === "active" && ends.length < 2 ? [] : distinct(ends),
		name: pod ? containerOf(pod).name : "",
		image: one("image"),
	};
}
