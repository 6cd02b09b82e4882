import { messageOf } from "../core/message-of";
import type { Desired } from "../core/model";
import type { EcsPort } from "../ecs/port";
import { plainError } from "../plain-error";
import type { Session } from "./session";

/** Where an account is expected, it is what comes back. Throws when the credentials belong to another one, or nobody can tell. */
export async function expectAccount({ instanceId, expect }: Desired, ecs: EcsPort): Promise<string | undefined> {
  if (expect.accountId === undefined) return undefined;
  const accountId = await ecs.accountId();
  if (expect.accountId === accountId) return accountId;
  throw plainError(
    `expect.accountId: is not the account of these credentials, which is ${accountId}; nothing is called for ${instanceId}`,
  );
}

/** The account as it is recorded: the state can do without. Never rejects. */
export async function accountToRecord(session: Session, ecs: EcsPort): Promise<string | undefined> {
  try {
    return await ecs.accountId("brief");
  } catch (error) {
    session.sayOnce("info", `accountId: is not recorded by this run: ${messageOf(error)}`, undefined);
    return undefined;
  }
}
