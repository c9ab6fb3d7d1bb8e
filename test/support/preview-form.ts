import { fromPreviewForm } from "../../provider/lifecycle/preview-form";

/** Inputs or state as a lifecycle takes them, from what the engine keeps. */
export function plain(kept: object): Record<string, any> {
	const forms: Record<string, any> = {};
	for (const [path, form] of Object.entries(kept)) {
		const [name, ...keys] = path.split(" > ") as [string, ...string[]];
		forms[name] = keys.length === 0 ? form : { ...forms[name], [keys.join(" > ")]: form };
	}
	return Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, fromPreviewForm(form)]));
}
