import { below, type MeaninglessFields } from "./meaningless";
import { certificateKey, dryRun, timeouts } from "./node";

export const inJoin: MeaninglessFields = {
	dryRun,
	"controlPlane.certificateKey": certificateKey,
	...below("timeouts", timeouts),
};
