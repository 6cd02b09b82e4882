/** Something that whoever called the command can put right: its message names the argument and what to do. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
