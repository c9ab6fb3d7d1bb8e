/** An object of the Kubernetes API. */
export interface KubernetesObject {
	apiVersion: string;
	kind: string;
	metadata: {
		name: string;
		namespace?: string;
		labels?: Record<string, string>;
		annotations?: Record<string, string>;
	};
	[field: string]: unknown;
}
