import type { Base } from "../../../provider/facts/shape";
import { patchesFolder } from "./configuration";
import type { Field } from "./shapes";
import { Raw } from "./text";

/** What is written to a field: values that have a meaning there, and values that may not have. */
export interface Values {
	valid: readonly unknown[];
	broken: readonly unknown[];
}

/** @param version kubeadm's: `v1.37.2` */
export function valuesOf(field: Field, version: string): Values {
	const base = field.scalar?.base;
	const special = specialValues(version).find(([pattern]) => pattern.test(field.name))?.[1];
	const valid = special?.valid ?? (base ? ordinary[base] : undefined);
	if (base && !valid) throw new Error(`${field.name}: expected values in test/parity/generate/values.ts, got none`);
	return { valid: valid ?? [], broken: [...(special?.broken ?? []), ...(base ? wrong[base] : structures)] };
}

/** What is wrong for most types; kubeadm says which. */
const anything = [
	null,
	"",
	"text",
	5,
	-1,
	1.5,
	true,
	[],
	["a"],
	[1],
	{},
	{ a: "b" },
	new Raw("~"),
	new Raw("yes"),
	[null],
];
const structures = [null, "", "text", 5, true, [], ["a"], {}, { nothingSuch: 1 }, [{}], [null], [[]], { a: { b: 1 } }];

const durations = [
	"0s",
	"1s",
	"90s",
	"1h30m",
	"2m0.5s",
	"100ms",
	"1.5h",
	"250us",
	"1h0m0s",
	"0h2m",
	"8760h",
	"-1s",
	"0",
	"+5m",
];
const texts = [
	"a",
	"true",
	"yes",
	"5",
	"0x1f",
	"1e3",
	"null",
	"~",
	"a: b",
	"- a",
	"# a",
	"it's",
	'say "so"',
	" lead",
	"trail ",
	"two words",
	"tab\there",
	"line\nbreak",
	"end\n",
	"ü",
	"日本",
	"😀",
	"12:30:45",
	"2026-01-02",
	"=",
	"<<",
	"*a",
	"&a",
	"!a",
	"%a",
	"@a",
	"`a",
	"\\",
	"x".repeat(130),
	`${"word ".repeat(30)}end`,
	"<a>&</a>",
];

const ordinary: Record<Base, readonly unknown[]> = {
	string: texts,
	bool: [true, false],
	int: [0, 1, 7, 10, 255, 2147483647],
	int64: [0, 1, 7, 10, 2147483648, -1],
	uint: [0, 1, 7, 10, 2147483648],
	time: ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00"],
	any: ["text", "5%", { a: "b" }, ["a"]],
	float: [0, 1, 0.5, 5.5, 100, 1e-7],
	duration: durations,
	quantity: [
		"0",
		"1",
		"500m",
		"64Mi",
		"1Gi",
		"0.5Gi",
		"1024Ki",
		"1e3",
		5,
		0.5,
		"1500m",
		"100n",
		"2048Mi",
		"1E",
		"12e6",
	],
	nanoseconds: ["5s", "1m30s", 0, 5000000000, 1, "0s", "1.5s"],
	"[string]": [["a"], ["b", "a"], ["a", "a"], ["yes", "5", "a: b"], [""], []],
	"[int]": [[1], [23, 29], [0], []],
	"{string}": [{ a: "b" }, { "memory.available": "5%" }, { b: "1", a: "2" }, { "a b": "yes" }, { "": "" }, {}],
	"{bool}": [{ A: true }, { B: false, A: true }, {}],
	"{quantity}": [{ memory: "1Gi" }, { cpu: "0.5", memory: "1024Mi" }, { "hugepages-2Mi": 5 }, {}],
	"{[string]}": [{ a: ["b"] }, { b: ["1", "2"], a: [] }, { a10: ["1"], a9: ["2"] }, {}],
};

const numbers = [
	2147483648,
	-2147483649,
	4294967296,
	9223372036854775807n.toString(),
	1.5,
	-1,
	new Raw("1.0"),
	new Raw("1e1"),
	new Raw("0x1F"),
	new Raw("017"),
	new Raw("0o17"),
	new Raw("1_000"),
	new Raw("+5"),
	new Raw("0b11"),
	new Raw(".5"),
	new Raw(".inf"),
	new Raw("9223372036854775807"),
	new Raw("9223372036854775808"),
	new Raw("1:30"),
];
const booleans = ["yes", "no", "on", "off", "Yes", "TRUE", "True", "y", "n", "'true'", "1", "0", "!!bool yes"].map(
	(text) => new Raw(text),
);
const stringish = [
	"5",
	"1.5",
	"true",
	"yes",
	"~",
	"2026-01-02",
	"12:30",
	"!!str 5",
	"0x1f",
	"!!binary YQ==",
	"a b",
	".nan",
].map((text) => new Raw(text));

const wrong: Record<Base, readonly unknown[]> = {
	string: [...anything, ...stringish],
	bool: [...anything, ...booleans],
	int: [...anything, ...numbers],
	int64: [...anything, ...numbers],
	uint: [...anything, ...numbers],
	time: [
		...anything,
		"2026-01-02",
		"now",
		"2026-13-02T03:04:05Z",
		"2026-01-02 03:04:05Z",
		"2026-01-02T03:04:05.5Z",
		"2026-01-02T03:04:05",
		new Raw("2026-01-02T03:04:05Z"),
	],
	any: [...anything, ...numbers],
	float: [...anything, ...numbers],
	duration: [
		...anything,
		"soon",
		"1 hour",
		"1d",
		"1",
		"5",
		"1h ",
		" 1h",
		"1H",
		"999999999h",
		"1e3s",
		".5s",
		"1.s",
		"-",
		"1h-1m",
		"1µs",
		"1μs",
		new Raw("5"),
		new Raw("1h"),
	],
	quantity: [
		...anything,
		...numbers,
		"1gb",
		"1 Gi",
		"1K",
		"1k",
		"1m5",
		"-1",
		"+1",
		".5",
		"1.",
		"1e",
		"1E3",
		"1Ei",
		"1P",
		"0.0001n",
		"999999999999999999999",
	],
	nanoseconds: [...anything, ...numbers, "soon", "1d", "5"],
	"[string]": [...anything, ["a", 5], ["a", true], [["a"]], [{ a: "b" }], ["a", null], [new Raw("yes")], "a,b"],
	"[int]": [...anything, ["5"], [1.5], [2147483648], [-1], [null], [65536]],
	"{string}": [...anything, { a: 5 }, { a: true }, { a: null }, { a: ["b"] }, { a: {} }, { "5": "a" }],
	"{bool}": [...anything, { A: "true" }, { A: 1 }, { A: null }, { A: new Raw("yes") }, { A: {} }],
	"{quantity}": [...anything, { memory: "x" }, { memory: true }, { memory: null }, { memory: [] }, { memory: "" }],
	"{[string]}": [...anything, { a: "b" }, { a: [5] }, { a: null }, { a: {} }, { a: [null] }],
};

const badNames = [
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
const addresses = ["198.18.0.10", "198.18.7.7", "fd00::10", "fd00:0:0::1", "0.0.0.0", "::", ""];
const badAddresses = [
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
const ports = [6443, 1, 65535, 7443, 0];
const badPorts = [65536, -1, 100000];
const subjects = [
	["api.example"],
	["API.Example", "198.18.0.99"],
	["*.north.example", "fd00::0:1"],
	["198.18.0.99", "198.18.0.99", "b", "a"],
	["198.018.0.1"],
	[],
];
const badSubjects = badNames
	.map((name) => [name])
	.concat([[""], ["a.example", "b_c"], ["*"], ["**.a"], ["*.*.a"], ["198.18.0.1/24"], ["https://a"]]);
const paths = ["/srv/a", "/a/../b", "/srv//a/", "/etc/kubernetes/pki", "/"];
const badPaths = ["", "srv/a", "./a", "../a", "~/a", "C:\\a"];
const repositories = [
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
const badRepositories = [
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
const tags = ["v1.2.3", "3.9.9-0", "3.5.21-0", "3.6.0-0", "3.4.13", "latest", "v3.6.1", "a_b.c", "1.2"];
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
const argumentValues = [
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
const mountNames = ["audit", "ca-certs", "k8s-certs", "x", "kubeconfig", "etc-pki", "zz"];
const flags = { valid: argumentNames, broken: [""] };
const tokens = ["abcdef.0123456789abcdef", "zzzzzz.zzzzzzzzzzzzzzzz", "000000.0000000000000000"];
const badTokens = [
	"abcdef",
	"abcdef.0123456789abcde",
	"ABCDEF.0123456789abcdef",
	"abcdef:0123456789abcdef",
	"abcdef.0123456789abcdef ",
	"abcde.0123456789abcdef",
	"abcdefg.0123456789abcdef",
	".",
];
const preflightErrors = [["Swap"], ["Swap", "NumCPU"], ["swap", "SWAP"], ["all"], ["NoSuchCheck"], [""], []];
const pullPolicies = {
	valid: ["Always", "IfNotPresent", "Never", ""],
	broken: ["Sometimes", "always", "IfNotPresent "],
};
const certificateKeys = {
	valid: ["00".repeat(32), "Ab".repeat(32), ""],
	broken: ["00".repeat(31), "00".repeat(33), "zz".repeat(32), "0".repeat(63), "x"],
};
const sockets = {
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
const url = {
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

const phases = [
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
	["certs"],
	["certs/apiserver"],
	["kubeconfig"],
	["kubeconfig/admin"],
	["kubelet-start"],
	["preflight"],
	["upload-certs"],
	["wait-control-plane"],
	[],
];

/** Values of fields that take no other text or number than some. The first pattern that fits counts. */
function specialValues(version: string): readonly (readonly [RegExp, Partial<Values>])[] {
	const [major, minor] = version.replace("v", "").split(".");
	const own = `${major}.${minor}`;
	return [
		[
			/^ClusterConfiguration.kubernetesVersion$/,
			{
				valid: [version, version.slice(1), `v${own}.0`, `v${own}.99`, `${version}+build.1`, `v${own}.1-rc.1`],
				broken: [
					"abc",
					"v1",
					"v1.20.0",
					"v1.x",
					"1.2.3.4",
					`v${own}.`,
					`v${own}.2.`,
					` ${version}`,
					`V${version.slice(1)}`,
					`${version}+a_b`,
					"v0.0.0",
					new Raw(own),
				],
			},
		],
		[
			/encryptionAlgorithm$/,
			{
				valid: ["ECDSA-P256", "ECDSA-P384", "RSA-2048"],
				broken: ["RSA", "RSA-1024", "ecdsa-p256", "ECDSA-P521", "ED25519"],
			},
		],
		[
			/ValidityPeriod$/,
			{
				valid: ["1000h", "8760h", "87600h", "1.5h", "200000m", "90s", "0", "0s", "26280h", "1h0m0.5s"],
				broken: ["1 hour", "1d", "-1h", "-8760h", "1ns"],
			},
		],
		[/^ClusterConfiguration.featureGates$/, featureGateValues(minor!)],
		[/clusterName$/, { valid: ["north", "any thing", "a/b", "5", "ü", ""], broken: [] }],
		[
			/controlPlaneEndpoint$/,
			{
				valid: [
					"api.example",
					"api.example:16443",
					"198.18.0.100",
					"198.18.0.100:6443",
					"[fd00::1]:6443",
					"fd00::1",
					"198.018.0.1:1",
					"",
				],
				broken: [
					"api.example:0",
					"api.example:65536",
					"https://api.example",
					"API.example",
					"[fd00::1]",
					"[fd00::1",
					"a_b",
					"a:b",
					":6443",
					"a:",
					"fd00::1:6443",
					"198.18.0.1:",
					"a:6443:1",
					"-a:1",
					"a.:1",
					"[a]:1",
					"a:+1",
					"a:06443",
					"a: 1",
					"256.1.1.1:1",
					"[::1%lo]:1",
				],
			},
		],
		[
			/serviceSubnet$/,
			{
				valid: [
					"10.96.0.0/12",
					"198.18.64.0/18",
					"fd00:1::/112",
					"198.18.64.0/18,fd00:1::/112",
					"fd00:1::/112,198.18.64.0/18",
					"198.18.0.1/24",
					"",
				],
				broken: [
					"198.18.0.0/11",
					"198.18.0.0/29",
					"198.18.0.0/28",
					"fd00::/107",
					"198.18.0.0",
					"198.18.0.0/33",
					"198.18.0.0/16,198.19.0.0/16",
					"a/24",
					"198.18.0.0/16,",
					",198.18.0.0/16",
					"198.18.0.0/16, fd00::/112",
					"198.18.0.0/16,fd00::/112,198.19.0.0/16",
					"198.018.0.0/16",
					"198.18.0.0/016",
					"fd00::/112,fd01::/112",
					"::ffff:198.18.0.0/112",
					"198.18.0.0/-1",
					"fec0::/112",
					"0.0.0.0/12",
					"198.18.0.0/16/16",
					"/16",
				],
			},
		],
		[
			/podSubnet$/,
			{
				valid: ["198.19.0.0/17", "198.18.0.0/16", "fd00:2::/56", "198.19.0.0/17,fd00:2::/56", "198.18.0.5/24", ""],
				broken: [
					"198.18.0.0/25",
					"198.18.0.0/7",
					"198.18.0.0/8",
					"198.18.0.0/16 ",
					"fd00::/47",
					"fd00::/48",
					"fd00::/64",
					"fd00::/65",
					"198.18.0.0/16,198.19.0.0/16",
					"x",
					"198.19.0.0/17,fd00:2::/80",
					"198.18.0.0/24,fd00:2::/64",
				],
			},
		],
		[/dnsDomain$/, { valid: ["north.internal", "a.b-c.1", "cluster.local", ""], broken: badNames }],
		[/certSANs$|CertSANs$/, { valid: subjects, broken: badSubjects }],
		[/(certificatesDir|dataDir)$/, { valid: paths, broken: badPaths }],
		[
			/caCertPath$/,
			{ valid: ["/etc/kubernetes/pki/ca.crt", "/srv/x.crt", ""], broken: ["ca.crt", "/srv/ca.pem", "/srv/ca.crt/"] },
		],
		[/(caFile|certFile|keyFile)$/, { valid: ["/etc/etcd/a.pem", "/srv/a/../b", ""], broken: ["a.pem", "./a"] }],
		[/external\.(endpoints|httpEndpoints)$/, url],
		[/imageRepository$/, { valid: repositories, broken: badRepositories }],
		[/imageTag$/, { valid: tags, broken: ["a b", "", "ü"] }],
		[/(extraArgs|kubeletExtraArgs)\[\]\.name$/, flags],
		[/(extraArgs|kubeletExtraArgs)\[\]\.value$/, { valid: argumentValues, broken: [] }],
		[/extraVolumes\[\]\.name$/, { valid: mountNames, broken: ["", "A_b", "a.b"] }],
		[
			/extraVolumes\[\]\.(hostPath|mountPath)$/,
			{ valid: ["/etc/audit", "/etc/ssl/certs", "/srv/x y"], broken: ["", "a", "../a"] },
		],
		[
			/extraVolumes\[\]\.pathType$/,
			{
				valid: ["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"],
				broken: ["Folder", "file"],
			},
		],
		[/extraEnvs\[\]\.name$/, { valid: ["A", "HTTP_PROXY", "no_proxy", "b.c", "A B"], broken: ["", "1", "="] }],
		[/extraEnvs\[\].*divisor$/, { valid: ["1", "1Mi", "500m", "0"], broken: ["x", ""] }],
		[/nodeRegistration\.name$/, { valid: ["cp-1", "CP-1", "a.b", " cp ", "node.north.example", ""], broken: badNames }],
		[/criSocket$/, sockets],
		[
			/taints\[\]\.effect$/,
			{ valid: ["NoSchedule", "PreferNoSchedule", "NoExecute"], broken: ["Never", "", "noschedule"] },
		],
		[
			/taints\[\]\.key$/,
			{ valid: ["a", "example.com/only", "node-role.kubernetes.io/control-plane"], broken: ["", "a b", "a/b/c"] },
		],
		[/registerWithTaints\[\]\.value$|taints\[\]\.value$/, { valid: ["", "db", "a.b"], broken: ["a b"] }],
		[
			/timeAdded$/,
			{
				valid: ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00"],
				broken: [
					"2026-01-02",
					"now",
					"2026-13-02T03:04:05Z",
					"2026-01-02 03:04:05Z",
					"2026-01-02T03:04:05.5Z",
					"2026-01-02T03:04:05",
				],
			},
		],
		[
			/bootstrapTokens\[\]\.expires$/,
			{
				valid: ["2036-01-02T03:04:05Z", "2036-01-02T03:04:05+02:00"],
				broken: ["2036-01-02", "never", "2036-01-02T03:04:05.5Z", "2036-02-30T00:00:00Z"],
			},
		],
		[
			/bootstrapTokens\[\]\.ttl$/,
			{ valid: ["24h", "0", "0s", "1h30m", "90s", "48h0m0s"], broken: ["1d", "-1h", "soon"] },
		],
		[
			/bootstrapTokens\[\]\.usages$/,
			{
				valid: [
					["signing"],
					["authentication"],
					["authentication", "signing"],
					["signing", "signing", "authentication"],
				],
				broken: [["sign"], ["Signing"], [""], []],
			},
		],
		[
			/bootstrapTokens\[\]\.groups$/,
			{
				valid: [
					["system:bootstrappers:kubeadm:default-node-token"],
					["system:bootstrappers:b", "system:bootstrappers:a"],
					[],
				],
				broken: [["nodes"], ["system:bootstrappers:"], ["system:bootstrappers:A"], [""], ["system:bootstrappers:a-"]],
			},
		],
		[/bootstrapTokens\[\]\.description$/, { valid: ["a token", "", "ü: 'x'"], broken: [] }],
		[/(token|tlsBootstrapToken)$/, { valid: tokens, broken: badTokens }],
		[
			/ignorePreflightErrors$/,
			{
				valid: preflightErrors,
				broken: [
					["all", "Swap"],
					["All", "all"],
					["ALL", "x"],
				],
			},
		],
		[/imagePullPolicy$/, pullPolicies],
		[/certificateKey$/, certificateKeys],
		[/dryRun$/, { valid: [false, true], broken: [] }],
		[/patches\.directory$/, { valid: [patchesFolder], broken: ["", "relative", "/no/such/folder"] }],
		[
			/skipPhases$/,
			{ valid: phases, broken: [["nothing"], ["Addon"], ["addon/"], [""], ["addon/kube-proxy", "nothing"]] },
		],
		[/advertiseAddress$/, { valid: addresses, broken: badAddresses }],
		[/bindPort$/, { valid: ports, broken: badPorts }],
		[
			/apiServerEndpoint$/,
			{
				valid: ["198.18.0.10:6443", "api.example:6443", "[fd00::1]:6443", ":6443", "a:b"],
				broken: ["198.18.0.10", "", "a:1:2", "[a]", "https://a"],
			},
		],
		[/caCertHashes$/, { valid: [[`sha256:${"0a".repeat(32)}`], []], broken: [["sha256:00"], ["md5:00"], [""], ["x"]] }],
		[
			/kubeConfigPath$/,
			{
				valid: ["https://a.example/kubeconfig", "/etc/hosts"],
				broken: ["http://a", "/no/such/file", "", "a:b", "ftp://a", "%zz"],
			},
		],
		[
			/unmountFlags$/,
			{
				valid: [["MNT_FORCE"], ["MNT_DETACH", "MNT_EXPIRE"], ["UMOUNT_NOFOLLOW"], []],
				broken: [["FORCE"], [""], ["mnt_force"]],
			},
		],
		[/contextLines$/, { valid: [0, 3, -1], broken: [] }],
		[/^Upgrade.*kubernetesVersion$/, { valid: [version, "latest", "abc"], broken: [] }],
	];
}

function featureGateValues(minor: string): Values {
	const known: Record<string, string[]> = {
		"34": ["ControlPlaneKubeletLocalMode", "NodeLocalCRISocket", "PublicKeysECDSA"],
		"35": ["ControlPlaneKubeletLocalMode", "NodeLocalCRISocket", "PublicKeysECDSA"],
		"36": ["NodeLocalCRISocket", "PublicKeysECDSA"],
	};
	const gates = known[minor] ?? [];
	return {
		valid: [{}, { RootlessControlPlane: false }, ...gates.flatMap((name) => [{ [name]: true }, { [name]: false }])],
		broken: [
			{ NoSuchGate: true },
			{ rootlessControlPlane: true },
			{ RootlessControlPlane: "true" },
			{ IPv6DualStack: true },
			{ EtcdLearnerMode: true },
			{ "": true },
		],
	};
}
