#!/usr/bin/env node
import { TreeError } from "../compare/tree-error";
import { SpecError } from "../config/problems";
import { hint, parseOptions } from "./arguments";
import { type Command, CommandError, UnreadableError, UsageError } from "./command";
import { diff } from "./diff";
import { commandHelp, overview } from "./help";
import { images } from "./images";
import { migrate } from "./migrate";
import { render } from "./render";
import { validate } from "./validate";

const commands: Readonly<Record<string, Command>> = { render, validate, images, diff, migrate };

main(process.argv.slice(2)).then((exitCode) => {
	process.exitCode = exitCode;
});

async function main([name, ...args]: readonly string[]): Promise<number> {
	if (name === undefined || name === "--help" || name === "-h" || name === "help") {
		process.stdout.write(overview(commands));
		return name === undefined ? 2 : 0;
	}
	const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (!command) {
		process.stderr.write(`pulumi-kubeadm: unknown command ${JSON.stringify(name)}, ${hint(name, commands, "")}\n`);
		return 2;
	}
	let json = false;
	try {
		const values = parseOptions(name, command.options, args);
		if (values["help"]) {
			process.stdout.write(commandHelp(name, command));
			return 0;
		}
		json = values["output"] === "json";
		const outcome = await command.run(values);
		process.stderr.write((outcome.warnings ?? []).map((warning) => `warning: ${warning}\n`).join(""));
		process.stdout.write(json ? `${JSON.stringify(outcome.json, undefined, 2)}\n` : outcome.text);
		return outcome.exitCode;
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		process.stderr.write(`${isExpected(error) ? error.message : (error.stack ?? error.message)}\n`);
		if (json) process.stdout.write(`${JSON.stringify(failure(error), undefined, 2)}\n`);
		return isUnreadable(error) || error instanceof UsageError ? 2 : command.failure;
	}
}

function failure(error: Error): object {
	return { error: error.message, ...(error instanceof SpecError ? { problems: error.problems } : {}) };
}

/** Whether an error means that a file could not be read, which is exit code 2 for every command. */
function isUnreadable(error: Error): boolean {
	return error instanceof UnreadableError || error instanceof TreeError;
}

/** Whether an error is the user's and only its message is printed. Any other error is a bug of this program and is printed with its stack trace. */
function isExpected(error: Error): boolean {
	return error instanceof SpecError || error instanceof CommandError || error instanceof TreeError;
}
