import { expected } from "../../config/expected";
import { type ContainerRuntime, withRuntime } from "../../hosts/container-runtime/runtime";
import { GrpcStatus } from "../../hosts/grpc";
import type { Host } from "../../hosts/host";
import { HostError } from "../../hosts/host-error";
import { quote } from "../../hosts/shell";
import { status } from "../../hosts/status";
import { findingIf, type PreflightFinding } from "./check";
import { imagePull } from "./checks";
import { report } from "./report";
import { isContainerd, type PreflightSubject } from "./subject";

/** Attempts for one image. Source: `PullImageRetry`, kubeadm constants/constants.go. */
const TRIES = 5;

/** gRPC statuses that another attempt cannot change. */
const permanent = ["NOT_FOUND", "PERMISSION_DENIED", "UNAUTHENTICATED", "INVALID_ARGUMENT"];

/**
 * Pulls the control plane's images that a host lacks, by `imagePullPolicy`; at most five attempts for each image. With
 * `Never` it only warns about missing images. Also warns about another sandbox image than kubeadm's.
 *
 * Source: `ImagePullCheck`, kubeadm preflight/checks.go; util/runtime/runtime.go.
 * @throws Error that lists all images that could not be pulled, unless the check ImagePull is ignored
 * @throws HostError where the host is not reached
 */
export async function pullImages(host: Host, subject: PreflightSubject): Promise<void> {
	if (subject.skipped || subject.images.length === 0) return;
	const pulled = await withRuntime(host, subject.criSocket, (runtime) => pullAll(subject, runtime)).catch(
		withoutRuntime,
	);
	const findings = pulled.map((finding) => ({ check: imagePull, finding }));
	report(host, subject, { findings, heading: "images of the control plane are missing" });
}

/** Finding for a runtime that does not answer: as any finding, it can be ignored. */
function withoutRuntime(error: unknown): PreflightFinding[] {
	if (!(error instanceof HostError) || error.layer === "network" || error.reason === "lost") throw error;
	return findingIf({ expected: "the container runtime to list its images", got: error.what });
}

async function pullAll(subject: PreflightSubject, runtime: ContainerRuntime): Promise<PreflightFinding[]> {
	const { images, imagePullPolicy: policy, imagePullSerial } = subject;
	const present = policy === "Always" ? [] : await Promise.all(images.map((image) => runtime.hasImage(image)));
	const wanted = images.filter((_, index) => !present[index]);
	if (policy === "Never") {
		const what = (image: string) =>
			expected({ expected: `${image} on the host`, got: "none: the kubelet will pull it" });
		return wanted.map((image) => ({ what: what(image), warning: true, next: pullCommand(subject, image) }));
	}
	const other = await sandboxImageFindings(subject, runtime);
	const pull = async (image: string, index: number): Promise<PreflightFinding[]> => {
		status(`${subject.nodeName}: pulls ${image} (${index + 1} of ${wanted.length})`);
		const began = performance.now();
		const problem = await pullProblem(runtime, image);
		if (problem === undefined) {
			status(`${subject.nodeName}: has ${image} after ${Math.round((performance.now() - began) / 1000)} s`);
			return [];
		}
		return findingIf({ expected: `${image} from its registry`, got: problem }, { next: pullCommand(subject, image) });
	};
	if (!imagePullSerial) return [...other, ...(await Promise.all(wanted.map(pull))).flat()];
	const findings = other;
	for (const [index, image] of wanted.entries()) findings.push(...(await pull(image, index)));
	return findings;
}

/** Pulls an image. @returns the error of the last attempt; undefined for a success */
async function pullProblem(runtime: ContainerRuntime, image: string): Promise<string | undefined> {
	for (let tries = 1; ; tries++) {
		try {
			await runtime.pullImage(image);
			return undefined;
		} catch (error) {
			const { cause } = error as HostError;
			if (!(error instanceof HostError && cause instanceof GrpcStatus)) throw error;
			if (tries === TRIES || permanent.includes(cause.status)) return error.what.replace(/^PullImage: /, "");
		}
	}
}

/** Warns about another sandbox image than kubeadm's. A runtime that does not tell its sandbox image is left alone, as by kubeadm. */
async function sandboxImageFindings(
	{ sandboxImage }: PreflightSubject,
	runtime: ContainerRuntime,
): Promise<PreflightFinding[]> {
	const { info } = await runtime.status(true);
	const { sandboxImage: got } = JSON.parse(info.config ?? "{}") as { sandboxImage?: string };
	if (!got || got === sandboxImage) return [];
	const what = expected({ expected: `${sandboxImage} as the container runtime's sandbox image`, got });
	return [{ what, warning: true, next: "grep -n 'sandbox' /etc/containerd/config.toml" }];
}

function pullCommand({ criSocket }: PreflightSubject, image: string): string {
	return isContainerd(criSocket)
		? `ctr -n k8s.io images pull ${image}`
		: `crictl --runtime-endpoint ${quote(criSocket)} pull ${image}`;
}
