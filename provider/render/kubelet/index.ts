export { instanceConfiguration, instanceConfigurationText, kubeletConfiguration } from "./configuration";
export { kubeletFlags } from "./flags";
export { kubeletDropIn, kubeletUnit } from "./unit";
