export { fromKubeadmConfig } from "./kubeadm-config";
export { readPatches, readPatchesFolder } from "./patches";
