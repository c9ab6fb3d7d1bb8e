import type { LabHost } from "../../../lab/index.ts";

/** A file or folder as the CIS Kubernetes Benchmark wants it: no permission beyond `mode`, and this owner. */
type Wanted = [path: string, mode: number, owner?: string];

const rootsOwn = (...paths: string[]): Wanted[] => paths.map((path) => [path, 0o600]);
const manifests = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].map(
	(name) => `/etc/kubernetes/manifests/${name}.yaml`,
);
const kubeconfigs = ["admin", "super-admin", "scheduler", "controller-manager"].map(
	(name) => `/etc/kubernetes/${name}.conf`,
);

/** 1.1.1 to 1.1.18. */
const controlPlaneFiles: Wanted[] = [...rootsOwn(...manifests, ...kubeconfigs), ["/var/lib/etcd", 0o700, "etcd:etcd"]];

/** 4.1.1 to 4.1.10. */
const nodeFiles = rootsOwn(
	"/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
	"/etc/kubernetes/kubelet.conf",
	"/var/lib/kubelet/config.yaml",
);

type Flags = Record<string, (value: string | undefined) => boolean>;

const given = (value?: string) => Boolean(value);
const absent = (value?: string) => value === undefined;
const is = (wanted: string) => (value?: string) => value === wanted;
const unless = (bad: string) => (value?: string) => !value?.split(",").includes(bad);
const has = (wanted: string) => (value?: string) => value?.split(",").includes(wanted) === true;
const atLeast = (least: number) => (value?: string) => Number(value) >= least;

/** What is asked of each component's command line: 1.2, 1.3, 1.4 and 2. */
const flags: Record<string, Flags> = {
	"kube-apiserver": {
		"token-auth-file": absent,
		"kubelet-client-certificate": given,
		"kubelet-client-key": given,
		"kubelet-certificate-authority": given,
		"authorization-mode": (value) => unless("AlwaysAllow")(value) && has("Node")(value) && has("RBAC")(value),
		"enable-admission-plugins": (value) => unless("AlwaysAdmit")(value) && has("NodeRestriction")(value),
		"disable-admission-plugins": (value) => unless("ServiceAccount")(value) && unless("NamespaceLifecycle")(value),
		profiling: is("false"),
		"audit-log-path": given,
		"audit-log-maxage": atLeast(30),
		"audit-log-maxbackup": atLeast(10),
		"audit-log-maxsize": atLeast(100),
		"service-account-lookup": (value) => value !== "false",
		"service-account-key-file": given,
		"etcd-certfile": given,
		"etcd-keyfile": given,
		"tls-cert-file": given,
		"tls-private-key-file": given,
		"client-ca-file": given,
		"etcd-cafile": given,
		"service-account-extend-token-expiration": is("false"),
	},
	"kube-controller-manager": {
		profiling: is("false"),
		"use-service-account-credentials": is("true"),
		"service-account-private-key-file": given,
		"root-ca-file": given,
		"feature-gates": (value) => !value?.includes("RotateKubeletServerCertificate=false"),
		"bind-address": is("127.0.0.1"),
	},
	"kube-scheduler": { profiling: is("false"), "bind-address": is("127.0.0.1") },
	etcd: {
		"cert-file": given,
		"key-file": given,
		"client-cert-auth": is("true"),
		"auto-tls": (value) => value !== "true",
		"peer-cert-file": given,
		"peer-key-file": given,
		"peer-client-cert-auth": is("true"),
		"peer-auto-tls": (value) => value !== "true",
	},
};

/** Looks for what the CIS Kubernetes Benchmark 1.12 scores on a control plane, and returns what is not so; empty where all is. */
export async function unscored(host: LabHost): Promise<string[]> {
	const say = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();
	const wanted = [...controlPlaneFiles, ...nodeFiles];
	const found = (await say(`stat -c '%a %U:%G' ${wanted.map(([path]) => path).join(" ")}`)).split("\n");
	const files = wanted.flatMap(([path, mode, owner = "root:root"], index) => {
		const [got = "", user] = found[index]!.split(" ");
		return (Number.parseInt(got, 8) & ~mode) === 0 && user === owner ? [] : [`${path}: ${got} ${user}`];
	});
	const others = await say("find /etc/kubernetes/pki ! -user root -o ! -group root");
	const ofProcesses = await Promise.all(
		Object.entries(flags).map(async ([name, rules]) => {
			const words = (await say(`tr '\\0' '\\n' < /proc/$(pgrep -xo ${name.slice(0, 15)})/cmdline`)).split("\n");
			const argument = (flag: string) => words.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3);
			return Object.entries(rules)
				.filter(([flag, rule]) => !rule(argument(flag)))
				.map(([flag]) => `${name} --${flag}: ${argument(flag)}`);
		}),
	);
	return [...files, ...(others ? [others] : []), ...ofProcesses.flat()];
}
