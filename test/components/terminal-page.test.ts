import { expect, it } from "vitest";
import { terminalPage } from "../support/terminal-page";

it("the page on terminals equals the page generated from what a terminal showed; `npm run docs` writes it", async () => {
	await expect(terminalPage()).toMatchFileSnapshot("../../docs/terminal.md");
});
