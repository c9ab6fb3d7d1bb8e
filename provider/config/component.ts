/** A command-line flag without its dashes. A flag may be given several times. */
export interface Arg {
	/** Name of the flag. Replaces kubeadm's own flag of that name. */
	name: string;
	/** Value as text. @default "" */
	value: string;
}

/** A directory or file of the host, mounted into a control plane component. */
export interface HostPathMount {
	/** Name of the volume in the pod. A volume named like one of kubeadm's own (`k8s-certs`, `ca-certs` …) is replaced by kubeadm's. */
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
	/** Name of the variable. */
	name: string;
	/** Value as text. @default "" */
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
			/** Name of the container. @default this container */
			containerName?: string;
			/** `limits.cpu`. */
			resource: string;
			/** Unit of the number, as a quantity. @default "1" */
			divisor?: string;
		};
		/** A value of a ConfigMap. Refused: a static pod cannot refer to a ConfigMap. */
		configMapKeyRef?: KeySelector;
		/** A value of a Secret. Refused: a static pod cannot refer to a Secret. */
		secretKeyRef?: KeySelector;
		/** A variable in a file of a volume. */
		fileKeyRef?: {
			/** Name of the volume. */
			volumeName: string;
			/** Path of the file in the volume. */
			path: string;
			/** Name of the variable in the file. */
			key: string;
			/** Whether the value may be missing. @default false */
			optional?: boolean;
		};
	};
}

/** A value of a ConfigMap or Secret. */
export interface KeySelector {
	/** Name of the ConfigMap or Secret. */
	name: string;
	/** Key of the value. */
	key: string;
	/** Whether the value may be missing. @default false */
	optional?: boolean;
}

/** Settings that the control plane components share. Source: v1beta4 `ControlPlaneComponent`. */
export interface ControlPlaneComponentSpec {
	/** Flags, which replace those of the same name, else come after the others in the order given. @default [] */
	extraArgs?: Arg[];
	/** Folders and files of the host that are mounted into the component's pod. @default [] */
	extraVolumes?: HostPathMount[];
	/** Variables, which replace those of the same name, those from `proxyEnvs` included. @default [] */
	extraEnvs?: EnvVar[];
}

export type ControlPlaneComponent = Required<ControlPlaneComponentSpec>;
