export { instanceConfiguration, instanceConfigurationText, kubeletConfiguration } from "./configuration";
export { kubeletFlags, taintText } from "./flags";
export { kubeletDropIn, kubeletUnit } from "./unit";
