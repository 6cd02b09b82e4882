/** An error that says all there is to say: only its message is shown. */
export class SetupError extends Error {}
