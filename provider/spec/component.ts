/** A command-line flag without its dashes. A flag may be given several times. */
export interface Arg {
	name: string;
	value: string;
}

/** A directory or file of the host, mounted into a control plane component. */
export interface HostPathMount {
	/** Name of the volume in the pod; one of kubeadm's own (`k8s-certs`, `ca-certs` …) replaces it. */
	name: string;
	hostPath: string;
	mountPath: string;
	/** @default false */
	readOnly?: boolean;
	/** @default "" (no check before mounting) */
	pathType?: "" | "DirectoryOrCreate" | "Directory" | "FileOrCreate" | "File" | "Socket" | "CharDevice" | "BlockDevice";
}

/** An environment variable of a control plane component, as in a container: `value` or `valueFrom`. */
export interface EnvVar {
	name: string;
	value?: string;
	valueFrom?: {
		fieldRef?: { apiVersion?: string; fieldPath: string };
		resourceFieldRef?: { containerName?: string; resource: string; divisor?: string };
		configMapKeyRef?: { name: string; key: string; optional?: boolean };
		secretKeyRef?: { name: string; key: string; optional?: boolean };
		fileKeyRef?: { volumeName: string; path: string; key: string; optional?: boolean };
	};
}

/** Settings that the control plane components share. Source: v1beta4 `ControlPlaneComponent`. */
export interface ControlPlaneComponentSpec {
	/** Replace flags of the same name, else come after the others in the order given. */
	extraArgs?: Arg[];
	extraVolumes?: HostPathMount[];
	/** Replace variables of the same name, those from `proxyEnvs` included. */
	extraEnvs?: EnvVar[];
}

export type ControlPlaneComponent = Required<ControlPlaneComponentSpec>;
