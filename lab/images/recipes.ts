import type { ToolName } from "../toolchain/index.ts";

/** Content of an image that is made from the toolchain's binaries: each binary's path, and the entrypoint of pods without a command. */
export interface Recipe {
	files: Partial<Record<ToolName, string>>;
	entrypoint?: string[];
	/** Debian packages with programs that the binaries run. */
	packages?: string[];
}

/** Recipes by the last part of the image's name. */
export const recipes: Record<string, Recipe> = {
	"kube-apiserver": { files: { "kube-apiserver": "/usr/local/bin/kube-apiserver" } },
	"kube-controller-manager": { files: { "kube-controller-manager": "/usr/local/bin/kube-controller-manager" } },
	"kube-scheduler": { files: { "kube-scheduler": "/usr/local/bin/kube-scheduler" } },
	"kube-proxy": {
		files: { "kube-proxy": "/usr/local/bin/kube-proxy" },
		packages: ["iptables", "nftables", "conntrack", "kmod"],
	},
	coredns: { files: { coredns: "/coredns" }, entrypoint: ["/coredns"] },
	pause: { files: { pause: "/pause" }, entrypoint: ["/pause"] },
	etcd: { files: { etcd: "/usr/local/bin/etcd", etcdctl: "/usr/local/bin/etcdctl" } },
	web: { files: { web: "/usr/local/bin/web" }, entrypoint: ["/usr/local/bin/web"] },
	balancer: { files: {}, packages: ["haproxy", "keepalived"] },
};
