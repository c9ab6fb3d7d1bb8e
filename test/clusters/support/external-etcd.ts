import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LabHost, until } from "../../../lab/index.ts";
import { ensureToolchain } from "../../../lab/toolchain/index.ts";

/**
 * An etcd of one member with TLS, as a service of a host, and its client's files on another, in /etc/etcd-client.
 * @param made.folder of this machine, for the certificates
 */
export async function externalEtcd(made: { member: LabHost; client: LabHost; folder: string }): Promise<void> {
	const { member, client, folder } = made;
	execFileSync("sh", ["-ec", CERTIFICATES], {
		cwd: folder,
		stdio: "pipe",
		env: { ...process.env, IP: member.address },
	});
	const place = async (host: LabHost, path: string, file: string) =>
		host.exec(`mkdir -p "$(dirname ${path})"; umask 077; cat > ${path}`, {
			check: true,
			input: await readFile(join(folder, file)),
		});
	for (const [path, file] of Object.entries({
		"ca.crt": "etcd-ca.crt",
		"server.crt": "server.crt",
		"server.key": "server.key",
	}))
		await place(member, `/etc/etcd/${path}`, file);
	for (const [path, file] of Object.entries({
		"ca.crt": "etcd-ca.crt",
		"client.crt": "client.crt",
		"client.key": "client.key",
	}))
		await place(client, `/etc/etcd-client/${path}`, file);
	const toolchain = await ensureToolchain({ tools: ["etcd", "etcdctl"] });
	await mkdir(join(member.root, "opt/etcd"), { recursive: true });
	await copyFile(toolchain.path("etcd"), join(member.root, "opt/etcd/etcd"));
	const url = `https://${member.address}:2379`;
	const words = [
		`/opt/etcd/etcd --name ${member.name} --data-dir /var/lib/etcd-external --client-cert-auth`,
		`--listen-client-urls ${url} --advertise-client-urls ${url} --listen-peer-urls http://127.0.0.1:2380`,
		"--trusted-ca-file /etc/etcd/ca.crt --cert-file /etc/etcd/server.crt --key-file /etc/etcd/server.key",
	];
	await member.exec(["systemd-run", "--unit=etcd", "--property=Type=notify", ...words.join(" ").split(" ")], {
		check: true,
	});
	const health = [
		...["etcdctl", "--cacert=/etc/etcd-client/ca.crt", "--cert=/etc/etcd-client/client.crt"],
		...["--key=/etc/etcd-client/client.key", `--endpoints=${url}`, "endpoint", "health"],
	];
	await until(`${member.name}: etcd is healthy`, 30, async (seen) => {
		const { exitCode, stdout, stderr } = await client.exec(health);
		seen(`${stdout}${stderr}`);
		return exitCode === 0 || undefined;
	});
}

const CERTIFICATES = `
key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2"
openssl req -x509 $key -subj /CN=etcd-ca -keyout etcd-ca.key -out etcd-ca.crt
leaf() { openssl req -x509 $key -CA etcd-ca.crt -CAkey etcd-ca.key -subj "/CN=$1" -keyout $1.key -out $1.crt -addext basicConstraints=critical,CA:FALSE -addext "extendedKeyUsage=$2" -addext "$3"; }
leaf server serverAuth,clientAuth "subjectAltName=IP:$IP,IP:127.0.0.1"
leaf client clientAuth keyUsage=digitalSignature
`;
