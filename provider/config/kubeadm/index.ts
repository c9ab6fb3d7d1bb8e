export type { KubeadmConfig } from "./kubeadm-config";
export { parseKubeadmConfig } from "./parse";
export { placeInFile } from "./place";
