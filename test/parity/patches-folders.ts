/** What a folder of patches has: text by file name. */
type Folder = Record<string, string>;

const pods = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/** Folders that kubeadm takes. */
export const folders: Record<string, Folder> = {
	"a key twice, of which the last counts": {
		"etcd+merge.yaml": "metadata: {labels: {a: b, a: c}}",
		"kube-scheduler.json": '{"metadata": {"labels": {"a": "b", "a": "c"}}}',
		"kubeletconfiguration.yaml": "maxPods: 1\nmaxPods: 2\n",
	},
	"text behind the end of a document": { "etcd+merge.yaml": "metadata: {labels: {a: b}}\n...\n[\n" },
	"no patches in the folder": { "README.md": "none yet" },

	"a strategic merge of every static pod": Object.fromEntries(
		pods.map((name) => [
			`${name}.yaml`,
			`
metadata: {annotations: {example.com/team: "7"}}
spec:
  containers:
  - name: ${name}
    resources: {requests: {memory: 1024Mi, cpu: 0.25}, limits: {cpu: 1500m}}
    env: [{name: GOGC, value: "50"}]
  - {name: sidecar, image: "registry.example/sidecar:1"}
  volumes: [{name: scratch, emptyDir: {sizeLimit: 1024Mi}}]
  unknownField: {a: 1}
`,
		]),
	),

	"merge patches": {
		"etcd+merge.yaml": "spec: {priority: null, terminationGracePeriodSeconds: 5, securityContext: {fsGroup: 3}}",
		"kube-scheduler+merge.json":
			'{"metadata":{"labels":{"component":null,"b":"2"}},"spec":{"tolerations":[{"operator":"Exists","key":null}]}}',
		"kubeletconfiguration+merge.yaml":
			"evictionHard: {a: null, memory.available: 5%}\nauthentication: {x509: null}\nclusterDNS: [198.18.0.53]\nother: {b: null, c: [{d: null}]}",
		"corednsdeployment+merge.yaml": "spec: {replicas: 3, template: {spec: {tolerations: null}}}",
	},

	"JSON patches": {
		"kube-apiserver+json.json": JSON.stringify([
			{ op: "add", path: "/spec/containers/0/command/-", value: "--v=4" },
			{ op: "add", path: "/metadata/annotations/example.com~1a", value: "~" },
			{ op: "test", path: "/spec/hostNetwork", value: true },
			{ op: "replace", path: "/spec/dnsPolicy", value: "Default" },
			{ op: "copy", from: "/spec/containers/0/readinessProbe", path: "/spec/containers/0/startupProbe" },
			{ op: "remove", path: "/spec/containers/0/livenessProbe" },
			{ op: "test", path: "/spec/nodeName", value: null },
			{ op: "add", path: "/spec/containers/0/args", value: ["a", "b", "c"] },
			{ op: "remove", path: "/spec/containers/0/args/-1" },
			{ op: "add", path: "/spec/containers/0/args/-1", value: "d" },
			{ op: "move", from: "/spec/containers/0/args/0", path: "/spec/containers/0/args/-" },
		]),
		"kubeletconfiguration+json.yaml": "- {op: add, path: /maxPods, value: 250}\n- {op: remove, path: /clusterDNS}\n",
		"corednsdeployment+json.yaml": "- {op: replace, path: /spec/replicas, value: 5}",
		"etcd+json.yaml": "# nothing yet",
	},

	"a document replaced by a JSON patch": {
		"kube-scheduler+json.yaml":
			"- op: replace\n  path: ''\n  value: {apiVersion: v1, kind: Pod, metadata: {name: kube-scheduler}, spec: {containers: [{name: c, image: d}]}}",
	},

	"many patches for one target, in the order of their names": {
		"kube-apiserver.yaml": "metadata: {annotations: {order: strategic, a: strategic}}",
		"kube-apiserver+merge.yaml": "metadata: {annotations: {order: merge, b: merge}}",
		"kube-apiserver1.yaml": "metadata: {annotations: {order: '1'}}",
		"kube-apiserver0+json.yaml": "- {op: replace, path: /metadata/annotations/order, value: '0'}",
		"kube-apiserverZ+merge.yaml": "metadata: {annotations: {order: Z}}",
		"kube-apiservera.json": '{"metadata":{"annotations":{"order":"a"}}}',
		"kube-apiserver-10.yaml": "metadata: {annotations: {ten: '10', order: ten}}",
		"kube-apiserver-9.yaml": "metadata: {annotations: {ten: '9', order: nine}}",
		"more/kube-apiserver.yaml": "metadata: {annotations: {folder: walked}}",
	},

	"several documents in a file": {
		"etcd.yaml":
			"---\nmetadata: {labels: {a: x}}\n--- # next\nmetadata: {labels: {a: null, b: z}}\n---\n\n---\n# nothing\n---\n",
		"kube-scheduler+merge.yaml": "metadata: {labels: {a: x}}\n---\nmetadata: {labels: {component: null}}",
		"kube-controller-manager+json.yaml":
			"- {op: add, path: /spec/subdomain, value: a}\n---\n- {op: test, path: /spec/subdomain, value: a}\n- {op: move, from: /spec/subdomain, path: /spec/hostname}",
	},

	"names that are passed over, and odd ones": {
		"kube-apiserver": "metadata: {labels: {no: extension}}",
		"kube-apiserver.yml": "metadata: {labels: {other: extension}}",
		"kubeapiserver.yaml": "metadata: {labels: {other: target}}",
		"notes.yaml": "{",
		"etcd.yaml": "",
		"kube-scheduler.more+json.yaml": "metadata: {labels: {suffix: ends at the dot}}",
		"kube-controller-manager+mergeandmore.yaml": "metadata: {labels: {component: null}}",
		"kube-apiservermerge.yaml": "metadata: {labels: {component: null, a: strategic}}",
	},

	"directives of strategic merges": {
		"kube-apiserver.yaml": `
spec:
  securityContext: {$patch: replace, runAsUser: 5}
  $setElementOrder/volumes: [{name: k8s-certs}, {name: new}, {name: ca-certs}]
  volumes:
  - {name: new, emptyDir: {}}
  - {name: etc-ca-certificates, $patch: delete}
  containers:
  - name: kube-apiserver
    livenessProbe: {$patch: delete}
    $setElementOrder/volumeMounts: [{mountPath: /new}, {mountPath: /etc/ssl/certs}]
    volumeMounts: [{mountPath: /new, name: new}]
    readinessProbe: {$retainKeys: [httpGet, periodSeconds], periodSeconds: 5}
    startupProbe: {httpGet: {host: null, port: 1}}
`,
		"kube-controller-manager.yaml": `
spec:
  volumes: [{$patch: replace}, {name: only, hostPath: {path: /only}}]
  containers:
  - {name: kube-controller-manager, $patch: delete}
  - {name: other, image: x, ports: [{containerPort: 1}, {containerPort: 2, protocol: UDP}]}
`,
		"kube-scheduler.yaml": `
metadata:
  finalizers: [b, a]
  $deleteFromPrimitiveList/finalizers: [c]
---
metadata:
  $deleteFromPrimitiveList/finalizers: [a]
  ownerReferences: [{uid: x, name: m, kind: k, apiVersion: v}]
---
metadata:
  finalizers: [d, b, c]
  $setElementOrder/finalizers: [d, b, c]
spec:
  priority:
  containers:
  - {name: b, image: b}
  - {name: kube-scheduler, command: [x], image: }
  - {name: a, image: a}
---
spec:
  $setElementOrder/containers: [{name: a}, {name: kube-scheduler}, {name: b}]
`,
		"etcd.yaml": "$patch: replace\napiVersion: v1\nkind: Pod\nmetadata: {name: etcd}\nspec: {containers: []}",
	},

	"YAML 1.1": {
		"etcd.yaml": `
metadata: {annotations: &a {oct: "0644"}, labels: {<<: {no: "y"}, on: "1", 5: five, 0x10: sixteen}}
spec:
  hostNetwork: no
  terminationGracePeriodSeconds: 0644
  priority: 1_000
  activeDeadlineSeconds: 1e3
  hostPID: y
  shareProcessNamespace: Off
  hostname: 'on'
  containers: [{name: etcd, env: [{name: A, value: "1.0"}, {name: B, value: !!str 7}, {name: C, value: 2026-01-31}]}]
`,
		"kubeletconfiguration.yaml":
			"featureGates: {A: on, B: no}\nmaxPods: 0x6E\nmemoryThrottlingFactor: .5\nextra: [~, 1:20, 1.50, -0, 1e21]",
	},

	"every target of this release": {
		"etcd.yaml": "metadata: {creationTimestamp: '2026-01-31T12:00:00.5+02:00'}",
		"kubeletconfiguration.yaml":
			"maxPods: 99\nauthentication: {webhook: {cacheTTL: 5m}}\nclusterDNS: [198.18.0.53]\nevictionHard: {x: 5%}\ncontainerRuntimeEndpoint: unix:///not/this.sock\nlogging: {options: {json: {infoBufferSize: 1024Ki}}}\nnotAField: {}\nregisterWithTaints: [{key: a, effect: NoSchedule}]",
		"corednsdeployment.yaml": `
spec:
  replicas: 4
  strategy: {rollingUpdate: {maxUnavailable: 25%}}
  template:
    metadata: {annotations: {a: b}}
    spec:
      containers: [{name: coredns, resources: {limits: {memory: 340Mi}}}, {name: side, image: x}]
      nodeSelector: {kubernetes.io/os: null, disk: ssd}
      tolerations: [{operator: Exists}]
status: {replicas: 7}
`,
		"kubeproxydaemonset.yaml": `
spec:
  updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}
  template:
    spec:
      containers:
      - {name: first, image: x, env: [{name: HTTPS_PROXY, value: own}]}
      - {name: kube-proxy, resources: {requests: {cpu: 100m}}, securityContext: null}
`,
	},
};

/** Folders that it refuses. */
export const refusedFolders: Record<string, Folder> = {
	"a type that is none": { "etcd+jsn.yaml": "[]" },
	"a document of nothing between two": { "etcd+merge.yaml": "a: b\n---\n---\n---\nc: d\n" },
	"two lines before a document": { "etcd+merge.yaml": "---\n---\nmetadata: {labels: {a: b}}\n" },
	"an escape that only JSON has": { "etcd+merge.yaml": 'metadata: {labels: {a: "b\\/c"}}\n' },
	"an empty type": { "etcd+.yaml": "{}" },
	"no YAML": { "etcd.yaml": "{" },
	"no YAML in the patch of a target that is looked at later": { "corednsdeployment.yaml": "a: [" },
	"a line that only looks as if it parted two documents": { "etcd.yaml": "a: 1\n---b\n" },
	"a list as strategic merge": { "etcd.yaml": "[]" },
	"a text as strategic merge": { "kubeletconfiguration.yaml": "text" },
	"a list as merge patch": { "etcd+merge.yaml": "[]" },
	"nothing as merge patch": { "etcd+merge.yaml": "# nothing" },
	"an object as JSON patch": { "etcd+json.yaml": "op: add" },
	"a JSON patch with an unknown operation": { "etcd+json.yaml": "- {op: set, path: /spec/hostname, value: a}" },
	"a JSON patch without a path": { "etcd+json.yaml": "- {op: remove}" },
	"a JSON patch that removes what is not there": { "etcd+json.yaml": "- {op: remove, path: /spec/hostname}" },
	"a JSON patch with an index beyond the list": {
		"etcd+json.yaml": "- {op: add, path: /spec/containers/5, value: {name: a}}",
	},
	"a JSON patch through what is not there": { "etcd+json.yaml": "- {op: add, path: /spec/a/b, value: 1}" },
	"a JSON patch whose test fails": { "etcd+json.yaml": "- {op: test, path: /spec/hostNetwork, value: false}" },
	"a value of another type": { "kube-apiserver.yaml": "metadata: {annotations: {a: 5}}" },
	"a text for a number": { "kube-apiserver.yaml": "spec: {priority: high}" },
	"a fraction for an integer": { "kube-apiserver.yaml": "spec: {priority: 1.5}" },
	"an integer beyond 32 bits": { "kube-apiserver.yaml": "spec: {priority: 4294967296}" },
	"no quantity": { "etcd.yaml": "spec: {containers: [{name: etcd, resources: {limits: {cpu: much}}}]}" },
	"no time": { "etcd.yaml": "metadata: {creationTimestamp: today}" },
	"an object for a list": { "etcd.yaml": "spec: {tolerations: {operator: Exists}}" },
	"an element without its name": { "etcd.yaml": "spec: {containers: [{image: a}]}" },
	"an unknown directive": { "etcd.yaml": "spec: {$patch: remove}" },
	"a directive that lists have not": { "etcd.yaml": "spec: {containers: [{name: etcd, $patch: merge}]}" },
	"names to retain that miss one": { "etcd.yaml": "spec: {$retainKeys: [containers], priority: 5}" },
	"an order that the patch does not keep": {
		"etcd.yaml": "spec: {$setElementOrder/containers: [{name: etcd}], containers: [{name: other, image: a}]}",
	},
	"a directive after the last element of an order": {
		"etcd.yaml":
			"spec: {$setElementOrder/containers: [{name: etcd}], containers: [{name: etcd, image: a}, {$patch: replace}]}",
	},
	"a Deployment's value of another type": { "corednsdeployment.yaml": "spec: {replicas: many}" },
	"a Deployment of another kind": { "corednsdeployment.yaml": "kind: ReplicaSet" },
	"a pod of an unknown kind": { "etcd.yaml": "kind: Pot" },
};
