export {
	instanceConfiguration,
	instanceConfigurationText,
	kubeletConfiguration,
	standaloneKubeletConfiguration,
} from "./configuration";
export { kubeletFlags } from "./flags";
export { kubeletDropIn, kubeletUnit, standaloneKubeletDropIn } from "./unit";
