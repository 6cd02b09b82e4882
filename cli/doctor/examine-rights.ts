import type { Answer as EcsAnswer, Door } from "../../provider/ecs/door";
import { EcsError } from "../../provider/ecs/errors";
import { listOf, toPresent } from "../../provider/ecs/instance";
import type { Answer, Finding } from "./finding";
import type { TimedAnswer } from "./judge-clock";
import { judgeDryRun, judgeRead, notTried } from "./judge-right";
import { neverTried } from "./never-tried";

/** What one call came to. */
export type Reply =
  | { readonly kind: "answered"; readonly answer: EcsAnswer; readonly timed: TimedAnswer | undefined }
  | { readonly kind: "refused"; readonly error: EcsError; readonly timed: undefined };

type Params = Readonly<Record<string, string | boolean | number>>;

/** One call; what it is refused for is a result too. Rejects with what is no word of the service's: missing credentials. */
export async function ask(door: Door, action: string, params: Params): Promise<Reply> {
  const sentMs = Date.now();
  try {
    const answer = await door.call(action, params);
    const { serverTimeMs: serverMs } = answer;
    const timed = serverMs === undefined ? undefined : { sentMs, answeredMs: Date.now(), serverMs };
    return { kind: "answered", answer, timed };
  } catch (error) {
    if (!(error instanceof EcsError)) throw error;
    return { kind: "refused", error, timed: undefined };
  }
}

/** By calls that change nothing: reads, and the dry runs of StopInstance and StartInstance. With whether the instance is there. */
export async function examineRights(
  ecs: Door,
  regionId: string,
  instanceId: string | undefined,
): Promise<{ readonly findings: readonly Finding[]; readonly replies: readonly Reply[] }> {
  const replies: Reply[] = [];
  const say = async (action: string, params: Params): Promise<Reply> => {
    const reply = await ask(ecs, action, { RegionId: regionId, ...params });
    replies.push(reply);
    return reply;
  };
  const about = (action: string) => ({ action, regionId, instanceId });
  const ofOne = instanceId === undefined ? {} : { InstanceId: instanceId };
  const withInstance = async (action: string, judge: (id: string) => Promise<Finding>): Promise<Finding> =>
    instanceId === undefined ? notTried(action, "give --instance ID") : await judge(instanceId);

  const findings = await Promise.all([
    examineListing(say, regionId, instanceId),
    withInstance("DescribeInstanceAttribute", async (InstanceId) =>
      judgeRead(about("DescribeInstanceAttribute"), await say("DescribeInstanceAttribute", { InstanceId })),
    ),
    say("DescribeDisks", ofOne).then((reply) => judgeRead(about("DescribeDisks"), reply)),
    say("DescribeSnapshots", ofOne).then((reply) => judgeRead(about("DescribeSnapshots"), reply)),
    withInstance("StopInstance", async (InstanceId) => {
      const params = { InstanceId, StoppedMode: "KeepCharging", ForceStop: false, DryRun: true };
      return judgeDryRun(about("StopInstance"), await say("StopInstance", params));
    }),
    withInstance("StartInstance", async (InstanceId) =>
      judgeDryRun(about("StartInstance"), await say("StartInstance", { InstanceId, DryRun: true })),
    ),
  ]);
  return { findings: [...findings.flat(), ...neverTried()], replies };
}

const asked = [
  "DescribeInstances",
  "DescribeInstanceAttribute",
  "DescribeDisks",
  "DescribeSnapshots",
  "StopInstance",
  "StartInstance",
];

/** The same rights where nothing could be asked. Pure. */
export function rightsUntold(why: string, instanceId: string | undefined): readonly Finding[] {
  return [...ofInstance(instanceId, "unknown", why), ...asked.map((action) => notTried(action, why)), ...neverTried()];
}

/** The instance itself, where one is named. It is no right: a script has to learn of a mistyped id whatever the rights are. */
function ofInstance(
  instanceId: string | undefined,
  answer: Answer,
  detail: string,
  remedy?: string,
): readonly Finding[] {
  if (instanceId === undefined) return [];
  return [{ area: "connection", check: "instance", answer, detail, ...(remedy === undefined ? {} : { remedy }) }];
}

/** An empty list is no proof: before 2025-12-20 a missing right looked like one. Its dry run tells. */
async function examineListing(
  say: (action: string, params: Params) => Promise<Reply>,
  regionId: string,
  instanceId: string | undefined,
): Promise<readonly Finding[]> {
  const action = "DescribeInstances";
  const about = { action, regionId, instanceId };
  const untold = ofInstance(instanceId, "unknown", `not told: see ecs:${action}`);
  const ids = instanceId === undefined ? {} : { InstanceIds: JSON.stringify([instanceId]) };
  const reply = await say(action, ids);
  if (reply.kind === "refused") return [...untold, judgeRead(about, reply)];
  const listed = listOf(reply.answer.body.Instances, "Instance").flatMap((raw) => toPresent(raw) ?? []);
  const found = listed.find((present) => present.instanceId === instanceId);
  if (found !== undefined) {
    return [...ofInstance(instanceId, "yes", `${found.instanceId} is ${found.status}`), judgeRead(about, reply)];
  }
  if (instanceId === undefined && listed.length > 0) return [judgeRead(about, reply)];
  const dryRun = await say(action, { DryRun: true });
  if (dryRun.kind === "answered") {
    return [
      ...untold,
      {
        ...notTried(action, "an empty list, and its dry run was answered like one: this identity may not list"),
        answer: "no",
        remedy: `grant this identity ecs:${action}; the policies are in docs/safety.md`,
      },
    ];
  }
  const judged = judgeDryRun(about, dryRun);
  if (judged.answer !== "yes") return [...untold, judged];
  if (instanceId === undefined) return [{ ...judged, detail: `no instance is listed in ${regionId}` }];
  const missing = `${instanceId} is not listed in ${regionId} for this account`;
  return [...ofInstance(instanceId, "no", missing, "check --instance, --region and the account"), judged];
}
