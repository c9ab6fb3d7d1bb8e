/** Owner of what kubeadm places. */
export const ownedByRoot = { owner: "root", group: "root" } as const;

/** Access to keys, kubeconfigs and manifests. */
export const rootOnly = { mode: "0600", ...ownedByRoot } as const;

/** Access to certificates and to the kubelet's configuration. */
export const readableByAll = { mode: "0644", ...ownedByRoot } as const;
