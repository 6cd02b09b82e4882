/** An Error whose stack is its message: the host prints stacks into the CI log, where they would only say where we live. */
export function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
