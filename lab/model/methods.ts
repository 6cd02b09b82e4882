import type { Lifecycle } from "../../provider/lifecycle";

type Called = Pick<Lifecycle, "check" | "diff" | "create" | "update" | "read" | "delete">;

/** The provider's methods as an engine calls them: here, or in a process of their own. */
export type Methods = {
  readonly [Name in keyof Called]: (
    ...args: Parameters<Called[Name]>
  ) => ReturnType<Called[Name]> | Promise<Awaited<ReturnType<Called[Name]>>>;
};
