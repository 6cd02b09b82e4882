/** Something that the person at the keyboard can put right: one line, exit 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}
