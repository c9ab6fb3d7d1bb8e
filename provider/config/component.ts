/** A command-line flag without its dashes. A flag may be given several times. */
export interface Arg {
	/** The flag; one of kubeadm's own of that name is replaced. */
	name: string;
	/** Its value. @default "" */
	value: string;
}

/** A directory or file of the host, mounted into a control plane component. */
export interface HostPathMount {
	/** Name of the volume in the pod; one of kubeadm's own (`k8s-certs`, `ca-certs` …) replaces it. */
	name: string;
	/** Path on the host. */
	hostPath: string;
	/** Path in the container. */
	mountPath: string;
	/** Whether the container may not write to it. @default false */
	readOnly?: boolean;
	/** Kind of file that has to exist on the host, or is created. @default "" (not checked) */
	pathType?: "" | "DirectoryOrCreate" | "Directory" | "FileOrCreate" | "File" | "Socket" | "CharDevice" | "BlockDevice";
}

/** An environment variable of a control plane component, as in a container: `value` or `valueFrom`. */
export interface EnvVar {
	/** The variable. */
	name: string;
	/** Its value. @default "" */
	value?: string;
	/** Source of the value, in place of `value`. @default none */
	valueFrom?: {
		/** A field of the pod. */
		fieldRef?: {
			/** API version of the path. @default "v1" */
			apiVersion?: string;
			/** `status.hostIP`. */
			fieldPath: string;
		};
		/** A request or limit of a container. */
		resourceFieldRef?: {
			/** The container. @default this one */
			containerName?: string;
			/** `limits.cpu`. */
			resource: string;
			/** The unit, as a quantity. @default "1" */
			divisor?: string;
		};
		/** A value of a ConfigMap, which a static pod can't have. */
		configMapKeyRef?: KeySelector;
		/** A value of a Secret, which a static pod can't have. */
		secretKeyRef?: KeySelector;
		/** A variable in a file of a volume. */
		fileKeyRef?: {
			/** The volume. */
			volumeName: string;
			/** Path of the file in it. */
			path: string;
			/** The variable there. */
			key: string;
			/** Whether it may be missing. @default false */
			optional?: boolean;
		};
	};
}

/** A value of a ConfigMap or Secret. */
export interface KeySelector {
	/** The object. */
	name: string;
	/** The value in it. */
	key: string;
	/** Whether it may be missing. @default false */
	optional?: boolean;
}

/** Settings that the control plane components share. Source: v1beta4 `ControlPlaneComponent`. */
export interface ControlPlaneComponentSpec {
	/** Flags, which replace those of the same name, else come after the others in the order given. @default [] */
	extraArgs?: Arg[];
	/** Folders and files of the host that it sees. @default [] */
	extraVolumes?: HostPathMount[];
	/** Variables, which replace those of the same name, those from `proxyEnvs` included. @default [] */
	extraEnvs?: EnvVar[];
}

export type ControlPlaneComponent = Required<ControlPlaneComponentSpec>;
