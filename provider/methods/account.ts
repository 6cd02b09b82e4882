import type { Desired } from "../core/model";
import type { EcsPort } from "../ecs/port";
import { messageOf } from "../core/message-of";
import { plainError } from "../plain-error";
import type { Session } from "./session";

/** The account that the credentials belong to. Throws when another one is expected, or none can be told then. */
export async function accountOf(session: Session, desired: Desired, ecs: EcsPort): Promise<string | undefined> {
  const expected = desired.expect.accountId;
  try {
    const accountId = await ecs.accountId();
    if (expected === undefined || expected === accountId) return accountId;
    throw plainError(
      `expect.accountId: is not the account of these credentials, which is ${accountId}; nothing is called for ${desired.instanceId}`,
    );
  } catch (error) {
    if (expected !== undefined) throw error;
    session.outside.engine.say("debug", `the account is not recorded: ${messageOf(error)}`);
    return undefined;
  }
}
