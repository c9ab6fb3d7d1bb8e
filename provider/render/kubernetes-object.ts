/** An object of the Kubernetes API. */
export interface KubernetesObject {
	/** API group and version, such as "v1" or "apps/v1". */
	apiVersion: string;
	/** Kind of the object, such as "ConfigMap". */
	kind: string;
	/** Name, labels and annotations. `namespace` is absent for an object of the cluster as a whole. */
	metadata: {
		name: string;
		namespace?: string;
		labels?: Record<string, string>;
		annotations?: Record<string, string>;
	};
	[field: string]: unknown;
}
