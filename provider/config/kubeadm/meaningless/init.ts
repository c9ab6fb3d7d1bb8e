import { below, type MeaninglessFields } from "./meaningless";
import { certificateKey, dryRun, timeouts } from "./node";

export const inInit: MeaninglessFields = { dryRun, certificateKey, ...below("timeouts", timeouts) };
