/** Thrown when one source lacks a tool or image, with the reason; the next source may have it. Any other error ends the run. */
export class Unavailable extends Error {}
