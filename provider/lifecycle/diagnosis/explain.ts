import type { Host } from "../../hosts/host";
import { redact } from "../../hosts/redact";
import type { Pod } from "../components/component";

/** What a host says when something does not come up, gathered in one exchange. */
interface Evidence {
	containerd: string;
	kubelet: string;
	/** The newest container: `Running 0` or `Exited 1`. */
	container: string;
	/** Last lines of the newest container that stopped, or that runs. */
	log: string[];
	/** Last lines of the kubelet that speak of it. */
	journal: string[];
}

/** One way in which things fail, recognised in the evidence. */
interface Symptom {
	layer: string;
	seen: (evidence: Evidence) => string[] | false;
	next: string;
}

const lines = (found: string[], pattern: RegExp): string[] | false => {
	const matching = found.filter((line) => pattern.test(line)).slice(-3);
	return matching.length > 0 && matching;
};

/** From the bottom up: the first that fits is the cause. */
const symptoms: Symptom[] = [
	{
		layer: "container runtime",
		seen: ({ containerd, journal }) =>
			containerd !== "active" && [`containerd is ${containerd || "missing"}`, ...journal.slice(-1)],
		next: "systemctl start containerd; journalctl -xeu containerd",
	},
	{
		layer: "swap",
		seen: ({ journal }) => lines(journal, /running with swap on is not supported/i),
		next: "swapoff -a, and take swap out of /etc/fstab",
	},
	{
		layer: "cgroup",
		seen: ({ journal }) => lines(journal, /cgroup v1|cgroup driver|cgroupDriver/i),
		next: "compare cgroupDriver in /var/lib/kubelet/config.yaml with SystemdCgroup in /etc/containerd/config.toml",
	},
	{
		layer: "kubelet configuration",
		seen: ({ kubelet, journal }) =>
			kubelet !== "active" &&
			lines(
				journal,
				/failed to (load|parse|validate)|unknown flag|invalid configuration|strict decoding|no such file/i,
			),
		next: "journalctl -xeu kubelet",
	},
	{
		layer: "kubelet",
		seen: ({ kubelet, journal }) => kubelet !== "active" && [`the kubelet is ${kubelet}`, ...journal.slice(-5)],
		next: "systemctl status kubelet; journalctl -xeu kubelet",
	},
	{ layer: "port in use", seen: ({ log }) => lines(log, /address already in use/i), next: "ss -ltnp" },
	{
		layer: "certificate",
		seen: ({ log }) => lines(log, /x509:|certificate has expired|not yet valid|bad certificate/i),
		next: "openssl x509 -noout -dates -subject -in /etc/kubernetes/pki/apiserver.crt; date",
	},
	{
		layer: "container exit",
		seen: ({ container, log }) =>
			/^Exited/.test(container) && [
				`the container ended with exit code ${container.split(" ")[1]}; its last lines:`,
				...log.slice(-8),
			],
		next: "crictl ps -a; crictl logs ID",
	},
	{
		layer: "image",
		seen: ({ container, journal }) =>
			container === "" && lines(journal, /ErrImagePull|ImagePullBackOff|failed to pull|pull image|image.*not found/i),
		next: "crictl images; crictl pull IMAGE",
	},
	{
		layer: "pod sandbox",
		seen: ({ container, journal }) => container === "" && lines(journal, /sandbox/i),
		next: "journalctl -xeu kubelet; journalctl -xeu containerd",
	},
];

/** Why a static pod does not become healthy: the layer, what was seen, the next command. */
export async function explain(host: Host, pod: Pod): Promise<string> {
	const name = pod.metadata.name;
	const container = pod.spec.containers[0]!.name;
	return verdict(await gather(host, { container, journal: `${name}|${pod.spec.containers[0]!.image}` }));
}

/** Why a kubelet does not become healthy. */
export async function explainKubelet(host: Host): Promise<string> {
	return verdict(await gather(host, { journal: "." }));
}

function verdict(evidence: Evidence): string {
	for (const { layer, seen, next } of symptoms) {
		const found = seen(evidence);
		if (found) return redact(`  layer: ${layer}\n${found.map((line) => `    ${line}`).join("\n")}\n  next: ${next}`);
	}
	return `  layer: unknown; containerd and the kubelet run\n  next: crictl ps -a; journalctl -xeu kubelet`;
}

async function gather(host: Host, { container, journal }: { container?: string; journal: string }): Promise<Evidence> {
	const { stdout } = await host.run({
		intent: "look for the cause",
		script: `
echo "containerd $(systemctl is-active containerd 2>/dev/null)"
echo "kubelet $(systemctl is-active kubelet 2>/dev/null)"
${
	container
		? `id=$(crictl ps -a -q --name '^${container}$' 2>/dev/null | head -n 1)
if [ -n "$id" ]; then
	echo "container $(crictl inspect -o go-template --template '{{.status.state}} {{.status.exitCode}}' "$id" 2>/dev/null | sed 's/CONTAINER_EXITED/Exited/; s/CONTAINER_RUNNING/Running/')"
	last=$(crictl ps -a -q --state exited --name '^${container}$' 2>/dev/null | head -n 1)
	crictl logs --tail 12 "\${last:-$id}" 2>&1 | sed 's/^/log /'
fi`
		: ""
}
journalctl -u kubelet -n 400 --no-pager -o cat 2>/dev/null | grep -E '${journal}' | grep -E '^[EWF][0-9]|[Ee]rr|[Ff]ail' | tail -n 12 | sed 's/^/journal /'
exit 0`,
		timeoutSeconds: 30,
	});
	const found = stdout
		.split("\n")
		.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1).trim()] as const);
	const all = (kind: string) => found.filter(([name]) => name === kind).map(([, text]) => text.slice(0, 400));
	return {
		containerd: all("containerd")[0] ?? "",
		kubelet: all("kubelet")[0] ?? "",
		container: all("container")[0] ?? "",
		log: all("log"),
		journal: all("journal"),
	};
}
