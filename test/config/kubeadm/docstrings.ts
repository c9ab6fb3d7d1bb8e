import { join } from "node:path";
import ts from "typescript";

/** What an editor shows of a field. */
interface Docstring {
	text: string;
	/** Its `@default`. */
	default?: string;
}

/** That of a path such as `bootstrapTokens[].ttl`; undefined where the type has no such field. */
export type Docstrings = (path: string) => Docstring | undefined;

const entry = join(import.meta.dirname, "../../../provider/config/kubeadm/kubeadm-config");
const options: ts.CompilerOptions = {
	strict: true,
	declaration: true,
	emitDeclarationOnly: true,
	types: [],
	target: ts.ScriptTarget.ES2023,
	module: ts.ModuleKind.Node20,
};

/**
 * The docstrings of `KubeadmConfig`, as the compiler finds them in the declarations that users get, through all types
 * that come from others.
 */
export function docstrings(): Docstrings {
	const program = ofDeclarations();
	const checker = program.getTypeChecker();
	const module = checker.getSymbolAtLocation(program.getSourceFile(`${entry}.d.ts`)!)!;
	const root = checker.getExportsOfModule(module).find(({ name }) => name === "KubeadmConfig")!;

	return (path) => {
		let type = checker.getDeclaredTypeOfSymbol(root);
		let field = root;
		for (const name of path.split(".")) {
			const found = type.getProperty(name.replace("[]", ""));
			if (!found) return undefined;
			field = found;
			type = checker.getNonNullableType(checker.getTypeOfSymbol(field));
			if (name.endsWith("[]")) type = checker.getIndexTypeOfType(type, ts.IndexKind.Number)!;
		}
		const tag = field.getJsDocTags(checker).find(({ name }) => name === "default");
		return {
			text: ts.displayPartsToString(field.getDocumentationComment(checker)),
			default: tag && ts.displayPartsToString(tag.text),
		};
	};
}

/** The declarations are made in memory, in place of the sources. */
function ofDeclarations(): ts.Program {
	const made = new Map<string, string>();
	const write = (path: string, text: string) => made.set(path, text);
	ts.createProgram([`${entry}.ts`], options).emit(undefined, write);
	const host = ts.createCompilerHost(options);
	const { getSourceFile, fileExists } = host;
	host.fileExists = (path) => made.has(path) || (!made.has(path.replace(/\.ts$/, ".d.ts")) && fileExists(path));
	host.getSourceFile = (path, ...rest) => {
		const text = made.get(path);
		return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, options.target!);
	};
	return ts.createProgram([`${entry}.d.ts`], options, host);
}
