/** One way to get something is closed, for the reason in the message; the next way may be open. Any other error ends the run. */
export class Unavailable extends Error {}
