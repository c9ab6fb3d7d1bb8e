export { blockPort, coverFile, fillDisk, stopService, takePort, type Undo } from "./hosts/faults.ts";
export { ensureLab, listLabs, openLab, removeLab, startLab } from "./hosts/lab.ts";
export { ensureRequirements } from "./hosts/requirements.ts";
export type { Lab, LabHost } from "./hosts/types.ts";
export { until } from "./hosts/until.ts";
export { quickstartEnvironment } from "./quickstart-environment.ts";
