import type { GoTypes } from "../notation";

/** Types of every object's metadata. Source: k8s.io/apimachinery/pkg/apis/meta/v1/types.go. */
export const metadata = {
	ObjectMeta: {
		name: "string?",
		generateName: "string?",
		namespace: "string?",
		selfLink: "string?",
		uid: "string?",
		resourceVersion: "string?",
		generation: "int64?",
		creationTimestamp: "time?",
		deletionTimestamp: "*time?",
		deletionGracePeriodSeconds: "*int64?",
		labels: "{string}?",
		annotations: "{string}?",
		ownerReferences: "[OwnerReference]? merge uid",
		finalizers: "[string]? merge",
		managedFields: "[ManagedFieldsEntry]?",
	},
	OwnerReference: {
		apiVersion: "string",
		kind: "string",
		name: "string",
		uid: "string",
		controller: "*bool?",
		blockOwnerDeletion: "*bool?",
	},
	ManagedFieldsEntry: {
		manager: "string?",
		operation: "string?",
		apiVersion: "string?",
		time: "*time?",
		fieldsType: "string?",
		fieldsV1: "*any?",
		subresource: "string?",
	},
	LabelSelector: {
		matchLabels: "{string}?",
		matchExpressions: "[LabelSelectorRequirement]?",
	},
	LabelSelectorRequirement: {
		key: "string",
		operator: "string",
		values: "[string]?",
	},
} as const satisfies GoTypes;
