export { blockPort, coverFile, fillDisk, stopService, takePort, type Undo } from "./hosts/faults.ts";
export { ensureLab, listLabs, openLab, removeLab, startLab } from "./hosts/lab.ts";
export { ensureRequirements } from "./hosts/requirements.ts";
export type { ExecOptions, ExecResult, Lab, LabHost, LabListing, LabOptions } from "./hosts/types.ts";
export { until } from "./hosts/until.ts";
export { type QuickstartEnvironment, quickstartEnvironment } from "./quickstart-environment.ts";
