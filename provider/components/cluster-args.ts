import type * as pulumi from "@pulumi/pulumi";
import type { BootstrapTokenSpec } from "../config/bootstrap-token";
import type { LocalProxySpec, VirtualIPSpec } from "../config/endpoint-choice";
import type { HardeningSpec } from "../config/hardening";
import type { RolloutSpec } from "../config/rollout";
import type { CaName } from "../render/pki/certificates";
import type { Authority, ClusterInputs, HostArgs, Inputs, NodeInputs } from "../resources";
import type { PreparationInputs } from "./host-preparation";
import type { Sign } from "./signing";

/** A machine that becomes a node. */
export interface NodeArgs extends Omit<NodeInputs, "name" | "facts">, HostArgs {
	/** Name of the Node object and of this node's resources: the identity of the node. */
	name: string;
	/** Time limit of the drain before the node is removed, in seconds. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
	/**
	 * Whether the node is removed even where its drain does not end within the limit, for example because a disruption
	 * budget blocks it. `pulumi destroy` always does so. @default false: the removal stops, and says which pods block
	 * it
	 */
	forceDrain?: pulumi.Input<boolean>;
	/**
	 * Whether the machine is gone for good and cannot be reached again. The node's resources are then removed without
	 * contact to the machine, and the node leaves the cluster without a drain. Take the whole entry out of the program
	 * after the next `up`. @default false
	 */
	gone?: boolean;
	/**
	 * How this machine is prepared, where that differs from the `prepare` of all: each part that is here takes the place of the same
	 * part there, and `false` leaves the machine as it is. @default as all machines
	 */
	prepare?: boolean | PreparationInputs;
}

/** Parts of the hardened profile. Only the text of an EncryptionConfiguration may come from another resource. */
export interface HardeningArgs extends Omit<HardeningSpec, "encryption"> {
	/** Encryption of Secrets in etcd: see `HardeningSpec`. */
	encryption?: boolean | "secretbox" | "identity" | { configuration: pulumi.Input<string> };
}

/** Arguments of a `Cluster`. */
export interface ClusterArgs extends ClusterInputs {
	/**
	 * The machines of the control plane: one, three or five. Changes go through them in this order, one after the other. Even
	 * numbers give a warning. docs/high-availability.md says how control planes come and go.
	 */
	controlPlanes: NodeArgs[];
	/** The machines of the workers. @default none */
	workers?: NodeArgs[];
	/**
	 * etcd: a member on each control plane node (`local`), or an etcd cluster that stands by itself (`external`): an
	 * `EtcdCluster`, whose client's files the control planes get, or endpoints and paths of files that are on the control
	 * planes' hosts. @default { local: {} }
	 */
	etcd?: ClusterInputs["etcd"];
	/** CAs of your own, by kubeadm's names. A CA without a key is external: see `sign`. @default CAs are generated */
	authorities?: Partial<Record<CaName, Authority>>;
	/**
	 * Signs for the external CAs. The cluster calls this function while the program runs, once for each request, and
	 * takes the certificate, PEM. Return another resource's output where you can: such a certificate stays the same
	 * until that resource makes a new one.
	 *
	 * ```ts
	 * sign: ({ node, name, csr, usages }) => new tls.LocallySignedCert(`${node}-${name}`, { certRequestPem: csr, … }).certPem
	 * ```
	 *
	 * Later requests of a kubelet are not passed to this function: its renewals, and on a worker already its first
	 * certificate. With an external "ca" no controller of the cluster signs these requests (signer
	 * kubernetes.io/kube-apiserver-client-kubelet, listed by `kubectl get csr`). A signer of your own has to sign them,
	 * and a worker waits for its first certificate.
	 * @default `pulumi up` places keys and requests on the hosts, says what to type, and takes in the certificates that
	 * lie beside the requests by the next run
	 */
	sign?: Sign;
	/** Private key of your own that signs service account tokens, PEM. @default a key is generated */
	serviceAccountKey?: pulumi.Input<string>;
	/**
	 * Tokens with which nodes join: `InitConfiguration.bootstrapTokens`. kubeadm makes a token for a day where none is
	 * given, for the join command that it prints; this package makes none.
	 * @default none
	 */
	bootstrapTokens?: Inputs<BootstrapTokenSpec>[];
	/**
	 * An address that one of the control planes holds, and that moves to another one: keepalived and haproxy as static pods
	 * on the control planes. The `controlPlaneEndpoint` follows from it. docs/high-availability.md says when to choose it.
	 * @default none
	 */
	virtualIP?: Inputs<VirtualIPSpec>;
	/**
	 * A proxy on each node's loopback address, in front of all API servers: haproxy as a static pod. Kubelets of workers
	 * and kube-proxy go through it. Clients outside of the nodes need an API server's own address.
	 * docs/high-availability.md says when to choose it.
	 * @default false
	 */
	localProxy?: boolean | Inputs<LocalProxySpec>;
	/**
	 * Whether the machines are prepared first, and how: swap, kernel, containerd, Kubernetes' packages. docs/hosts.md says what
	 * each step does. @default false: the machines have what a node needs
	 */
	prepare?: boolean | PreparationInputs;
	/**
	 * Profile with which the whole cluster is set up. "hardened" does what the CIS Kubernetes Benchmark 1.12 scores:
	 * docs/hardening.md. Turning the profile on or off for a running cluster updates one control plane after the other.
	 * @default none
	 */
	profile?: "hardened";
	/** Parts of the hardened profile that differ from it, or are on without it. @default {} */
	hardening?: HardeningArgs;
	/**
	 * How a change of kubelets goes through the running workers: one by one, or some at once, each once the one before is well.
	 * Workers that are new join at once. @default { maxUnavailable: 1 }
	 */
	rollout?: RolloutSpec;
	/**
	 * Names of warnings that are not shown: `NoPodSubnet`, `UnknownFlag` and others, or `all`. Each warning shows its
	 * name.
	 * @default none
	 */
	ignoreWarnings?: string[];
}
