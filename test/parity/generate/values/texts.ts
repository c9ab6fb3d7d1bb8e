export const badNames = [
	"a_b",
	"-a",
	"a-",
	"a..b",
	".a",
	"a.",
	"ü",
	"a b",
	"a".repeat(254),
	"a/b",
	"*",
	"a.*.b",
	"A",
	`${"a".repeat(64)}.b`,
];
export const addresses = ["198.18.0.10", "198.18.7.7", "fd00::10", "fd00:0:0::1", "fd00::00001", "0.0.0.0", "::", ""];
export const badAddresses = [
	"198.18.0",
	"198.18.0.256",
	"node",
	"127.0.0.1",
	"::1",
	"198.18.0.1:80",
	"[fd00::1]",
	"198.018.0.1",
	"224.0.0.1",
	"ff02::1",
	"255.255.255.255",
	"fe80::1",
	"169.254.1.1",
	"::ffff:198.18.0.1",
	"fd00::1%eth0",
	" 198.18.0.1",
	"0.0.0.1",
	"1.2.3.4.5",
	"010.0.0.1",
];
export const ports = [6443, 1, 65535, 7443, 0];
export const badPorts = [65536, -1, 100000];
export const subjects = [
	["api.example"],
	["API.Example", "198.18.0.99"],
	["*.north.example", "fd00::0:1"],
	["198.18.0.99", "198.18.0.99", "b", "a"],
	["198.018.0.1"],
	[],
];
export const badSubjects = badNames
	.map((name) => [name])
	.concat([[""], ["a.example", "b_c"], ["*"], ["**.a"], ["*.*.a"], ["198.18.0.1/24"], ["https://a"]]);
export const paths = ["/srv/a", "/a/../b", "/srv//a/", "/etc/kubernetes/pki", "/"];
export const badPaths = ["", "srv/a", "./a", "../a", "~/a", "C:\\a"];
export const repositories = [
	"registry.example:5000/mirror",
	"registry.k8s.io",
	"localhost",
	"localhost:5000",
	"registry.example/a/b__c",
	"a.b/c-d",
	"198.18.0.1:5000/x",
	"Registry.Example/a",
	"a",
	"",
];
export const badRepositories = [
	"https://registry.example",
	"registry.example/UPPER",
	"a b",
	"registry.example/",
	"/a",
	"a//b",
	"a:b/c",
	"a@b",
	"a/b:tag",
	"a..b/c",
	"-a",
	"a_-b/c",
];
export const tags = ["v1.2.3", "3.9.9-0", "3.5.21-0", "3.6.0-0", "3.4.13", "latest", "v3.6.1", "a_b.c", "1.2"];
const argumentNames = [
	"v",
	"profiling",
	"audit-log-path",
	"bind-address",
	"feature-gates",
	"authorization-mode",
	"leader-elect",
	"name with blank",
	"secure-port",
	"cluster-name",
	"tls-min-version",
];
export const argumentValues = [
	"4",
	"",
	"false",
	"198.18.0.10",
	"a=b,c=d",
	"Node,RBAC",
	"two words",
	'a"b',
	"ü",
	"0.0.0.0",
	"*,-nodeipam",
	"x".repeat(120),
	"a: b",
	"# a",
];
export const mountNames = ["audit", "ca-certs", "k8s-certs", "x", "kubeconfig", "etc-pki", "zz"];
export const flags = { valid: argumentNames, broken: [""] };
export const tokens = ["abcdef.0123456789abcdef", "zzzzzz.zzzzzzzzzzzzzzzz", "000000.0000000000000000"];
export const badTokens = [
	"abcdef",
	"abcdef.0123456789abcde",
	"ABCDEF.0123456789abcdef",
	"abcdef:0123456789abcdef",
	"abcdef.0123456789abcdef ",
	"abcde.0123456789abcdef",
	"abcdefg.0123456789abcdef",
	".",
];
export const preflightErrors = [["Swap"], ["Swap", "NumCPU"], ["swap", "SWAP"], ["all"], ["NoSuchCheck"], [""], []];
export const pullPolicies = {
	valid: ["Always", "IfNotPresent", "Never", ""],
	broken: ["Sometimes", "always", "IfNotPresent "],
};
export const certificateKeys = {
	valid: ["00".repeat(32), "Ab".repeat(32), ""],
	broken: ["00".repeat(31), "00".repeat(33), "zz".repeat(32), "0".repeat(63), "x"],
};
export const sockets = {
	valid: [
		"unix:///var/run/containerd/containerd.sock",
		"unix:///run/crio/crio.sock",
		"/run/other.sock",
		"unix:///a%20b",
		"unix:/run/x.sock",
		"",
	],
	broken: [
		"unixes:///a",
		"unix://a b",
		"tcp://198.18.0.1:1",
		"http://a",
		"unix:",
		"unix",
		"a",
		"%zz",
		"unix://%zz",
		"npipe:////./pipe/x",
		"UNIX:///a",
		":",
		" unix:///a",
		"unix:///a\n",
		"unix:///a%zz",
		"unix://[a/",
		"unix://a:b/c",
	],
};
export const url = {
	valid: [
		["https://198.18.0.1:2379"],
		["https://a.example:2379", "https://198.18.0.2:2379"],
		["https://[fd00::1]:2379"],
		["https://a"],
	],
	broken: [
		["http://198.18.0.1:2379"],
		["198.18.0.1:2379"],
		["https://"],
		[""],
		["ftp://a"],
		["https://a b"],
		["https://%zz"],
		["https:///a"],
		["HTTPS://a"],
		["https://a:b"],
		["//a"],
		[],
		["unix:///a"],
		["https://a:99999"],
		["https://a/b?c#d"],
	],
};

/** Not of those whose files later phases read, since they are not on the host of a dry run. */
export const phases = [
	["addon/kube-proxy"],
	["addon/coredns"],
	["addon"],
	["mark-control-plane"],
	["bootstrap-token"],
	["upload-config"],
	["upload-config/kubeadm"],
	["upload-config/kubelet"],
	["show-join-command"],
	["kubelet-finalize"],
	["etcd"],
	["control-plane/scheduler"],
	["control-plane"],
	["certs/apiserver"],
	["kubeconfig/scheduler"],
	["kubeconfig/controller-manager", "kubeconfig/super-admin"],
	["kubelet-start"],
	["preflight"],
	["upload-certs"],
	["wait-control-plane"],
	[],
];
