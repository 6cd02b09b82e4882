import type { EcsError } from "../../provider/ecs/errors";
import type { Finding } from "./finding";

/** What ECS said to a call that was made to learn of a right. */
export type Said = { readonly kind: "answered" } | { readonly kind: "refused"; readonly error: EcsError };

interface Asked {
  /** The call: `StopInstance`. */
  readonly action: string;
  readonly regionId: string;
  readonly instanceId: string | undefined;
}

const lacksRight = /^(Forbidden(\.(RAM|SubUser|Unauthorized))?|NoPermission)$/;

/** Whether a refusal is about what this identity may do, and not about who it is. Pure. */
export function isAboutRights(error: EcsError): boolean {
  return error.errorClass === "auth" && lacksRight.test(error.code);
}

/** A call that only reads: that it was answered is the proof. Pure. */
export function judgeRead(asked: Asked, said: Said): Finding {
  if (said.kind === "refused") return judgeRefusal(asked, said.error);
  return { ...about(asked.action), answer: "yes", detail: "answered" };
}

/** A dry run, whose success is an error of its own. Pure. */
export function judgeDryRun(asked: Asked, said: Said): Finding {
  if (said.kind === "refused" && said.error.errorClass === "dryRun") {
    return { ...about(asked.action), answer: "yes", detail: "the dry run would have gone through" };
  }
  if (said.kind === "refused") return judgeRefusal(asked, said.error);
  return {
    ...about(asked.action),
    answer: "unknown",
    detail: "the dry run was answered as if it had been done",
    remedy: `look at ${asked.instanceId ?? "the instance"}, and report this`,
  };
}

/** An action that is never tried, with the reason. Pure. */
export function notTried(action: string, why: string): Finding {
  return { ...about(action), answer: "unknown", detail: why };
}

function judgeRefusal({ action, regionId, instanceId }: Asked, error: EcsError): Finding {
  const trace = error.requestId === undefined ? "" : ` (RequestId ${error.requestId})`;
  const said = `${error.code}${trace}`;
  const unknown = { ...about(action), answer: "unknown" } as const;
  switch (error.errorClass) {
    case "auth":
      return {
        ...about(action),
        answer: "no",
        detail: said,
        remedy: isAboutRights(error)
          ? `grant this identity ecs:${action}; the policies are in docs/safety.md`
          : (error.advice ?? "check these credentials"),
      };
    case "absent":
      return {
        ...unknown,
        detail: `${instanceId ?? "the instance"} is not in ${regionId}: ${said}`,
        remedy: "check --instance and --region",
      };
    case "wait":
      // Rights are thought to be checked before the status, but nobody has said so.
      return {
        ...unknown,
        detail: `refused for the instance's status before it said anything of rights: ${said}`,
        remedy: "ask with an --instance that is in the other status",
      };
    case "throttled":
    case "callLimit":
      return { ...unknown, detail: `the account's call limit is used up: ${said}`, remedy: "run again in a minute" };
    case "unknownOutcome":
    case "clock":
    case "capacity":
    case "guard":
    case "input":
    case "dryRun":
      return {
        ...unknown,
        detail: `not told: ${error.message}`,
        ...(error.errorClass === "unknownOutcome" ? { remedy: "run again" } : {}),
      };
  }
}

function about(action: string) {
  return { area: "rights", check: `ecs:${action}` } as const;
}
