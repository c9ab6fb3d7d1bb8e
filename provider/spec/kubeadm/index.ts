export { type KubeadmConfig, type Note, parseKubeadmConfig } from "./parse";
