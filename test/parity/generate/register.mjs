// Lets Node.js import the TypeScript of provider/ and test/ as it stands there: without extensions, as ES modules.
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

registerHooks({
	resolve(specifier, context, next) {
		if (!specifier.startsWith(".") || !context.parentURL?.endsWith(".ts")) return next(specifier, context);
		const url = new URL(specifier, context.parentURL);
		const found = ["", ".ts", "/index.ts"]
			.map((end) => url.href + end)
			.find((href) => /\.m?[jt]s$/.test(href) && existsSync(fileURLToPath(href)));
		return found?.endsWith(".ts")
			? { url: found, format: "module-typescript", shortCircuit: true }
			: next(specifier, context);
	},
});
