import { fromPreviewForm } from "../../provider/lifecycle/preview-form";

/** Inputs or state as a lifecycle takes them, from what the engine keeps. */
export function plain(kept: object): Record<string, any> {
	return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, fromPreviewForm(value)]));
}
