import { describe, expect, it } from "vitest";
import { previewsPage } from "../support/previews-page";

describe("the page on previews", () => {
	it("is what the table says; `npm run docs` makes it", async () => {
		await expect(previewsPage()).toMatchFileSnapshot("../../docs/previews.md");
	});
});
