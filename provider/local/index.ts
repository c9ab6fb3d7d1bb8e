export { fromKubeadmConfig } from "./kubeadm-config";
export { readPatches, readPatchesFolder } from "./patches";
export { decodeText, readTextFile } from "./text";
