import { paths } from "../../facts/paths";

/** A script that uses crictl: of the runtimes that a host may have, it asks the one that its kubelet is told to use. */
export function crictl(script: string): string {
	return `
endpoint=$(sed -n 's/^containerRuntimeEndpoint: *"\\{0,1\\}\\([^"]*\\).*/\\1/p' ${paths.kubeletInstanceConfiguration} 2>/dev/null)
[ -z "$endpoint" ] || export CONTAINER_RUNTIME_ENDPOINT="$endpoint" IMAGE_SERVICE_ENDPOINT="$endpoint"
${script}`;
}
