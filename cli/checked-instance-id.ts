import { instanceIdPattern } from "../provider/core/argument-schemas";
import { UsageError } from "./usage-error";

/** The id as it is. Throws UsageError, before anything is called, for what can't be one. */
export function checkedInstanceId(argument: string, text: string): string {
  if (instanceIdPattern.test(text)) return text;
  throw new UsageError(
    `${argument}: ${JSON.stringify(text)} is not an instance id; write "i-" followed by lower-case letters and digits`,
  );
}
