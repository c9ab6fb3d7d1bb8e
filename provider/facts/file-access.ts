/** Owner of the files that kubeadm writes. */
export const ownedByRoot = { owner: "root", group: "root" } as const;

/** Mode and owner of keys, kubeconfigs and manifests. */
export const rootOnly = { mode: "0600", ...ownedByRoot } as const;

/** Mode and owner of certificates and of the kubelet's configuration. */
export const readableByAll = { mode: "0644", ...ownedByRoot } as const;
