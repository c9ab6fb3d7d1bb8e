import { randomInt } from "node:crypto";

const LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Makes the parts of a new bootstrap token: an `id` of 6 and a `secret` of 16 random letters and digits.
 *
 * Source: `GenerateBootstrapToken`, k8s.io/cluster-bootstrap/token/util/helpers.go.
 */
export function newBootstrapToken(): { id: string; secret: string } {
	return { id: randomText(6), secret: randomText(16) };
}

function randomText(length: number): string {
	return Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join("");
}
