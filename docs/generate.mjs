// `npm run docs`: writes the pages that are made from the code, so that they can't say something else than it does.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { partOf } from "../test/suites.mjs";

const root = join(import.meta.dirname, "..");
const made = "<!-- Made by `npm run docs`. What is written here by hand is lost. -->";

// ---- docs/reference.md: the arguments and outputs, from their doc comments ----

/** What a changed value does at the next `up`. The code has no place for it, so it stands here; the test wants each argument. */
const onChange = {
  instanceId: "replaces the resource; the old instance is treated as the recorded `onDelete` says",
  regionId: "replaces the resource; the old instance is treated as the recorded `onDelete` says",
  state: "plans the way there from what is found; nothing leads back from `released`",
  schedule: "counts at once: the state that it declares now is planned for",
  keepRunningUntil: "counts at once; taken out or passed: the schedule counts again",
  holdUntil: "counts at once; taken out or passed: the schedule counts again",
  autoReleaseAt: "moves the release time; taken out: cancels it",
  autoReleaseAfter: "counts again from now; taken out: cancels the release time",
  renew: "counts `autoReleaseAfter` again from now",
  "stop.mode": "counts at the next stop; on a stopped instance only a warning, unless `stop.applyModeNow`",
  "stop.force": "counts at the next stop",
  "stop.forceAfter": "counts at the next stop, also for one that is under way when the run begins",
  "stop.hibernate": "counts at the next stop",
  "stop.applyModeNow": "true: starts and stops an instance that is stopped in another mode",
  "release.snapshot": "counts at the release",
  "release.snapshot.retentionDays": "counts for snapshots that are still to be made",
  "release.snapshot.name": "counts for snapshots that are still to be made",
  "release.snapshot.tags": "counts for snapshots that are still to be made",
  "release.deletionProtection": "counts at the release or at a new release time",
  "release.ownedHere": "counts at the release or at a new release time",
  "release.force": "counts at the release",
  "expect.instanceName": "nothing is called for it; what acts is judged by it",
  "expect.tags": "nothing is called for it; what acts is judged by it",
  "expect.chargeType": "nothing is called for it; what acts is judged by it",
  "expect.accountId": "nothing is called for it; everything is judged by it",
  drift: "`correct`: what differs is corrected in the same run",
  onDelete: "is recorded; it counts for a removal after that `up`",
  "timeouts.start": "counts for the next run",
  "timeouts.stop": "counts for the next run",
  "timeouts.release": "counts for the next run",
  "timeouts.snapshot": "counts for the next run",
};

/** Outputs whose name says it all have no comment in the code. */
const asListed = "As ECS lists it; kept when the instance is gone.";

const groups = [
  { type: "InstanceLifecycleArgs", prefix: "" },
  { type: "StopArgs", prefix: "stop." },
  { type: "ReleaseArgs", prefix: "release." },
  { type: "ReleaseSnapshotArgs", prefix: "release.snapshot." },
  { type: "ExpectArgs", prefix: "expect." },
  { type: "TimeoutArgs", prefix: "timeouts." },
];

/** The page. Reads the sources only. */
export function reference() {
  const source = parse("provider/resource.ts");
  // An object of arguments is described by its members.
  const isGroup = ({ name }) => groups.some(({ prefix }) => prefix === `${name}.`) && name !== "release.snapshot";
  const argumentGroups = groups.map(({ type, prefix }) => ({
    name: prefix.slice(0, -1),
    text: commentOf(interfaceOf(source, type)),
    args: membersOf(source, type)
      .map((member) => ({ ...member, name: `${prefix}${member.name}` }))
      .filter((arg) => !isGroup(arg)),
  }));
  const missing = argumentGroups
    .flatMap(({ args }) => args.map(({ name }) => name))
    .filter((name) => onChange[name] === undefined);
  if (missing.length > 0) throw new Error(`docs/generate.mjs: onChange says nothing of ${missing.join(", ")}`);
  return [
    "# Reference",
    "",
    made,
    "",
    "Every argument takes Pulumi inputs. A wrong one is a failure that begins with its name, and all of one resource's come at",
    "once. Every change is shown as an update, also one that calls nothing: refresh and removal know only what is recorded.",
    "",
    "- [Arguments](#arguments)",
    "- [Outputs](#outputs)",
    "- [FleetLifecycle](#fleetlifecycle)",
    "- [LifecycleProvider](#lifecycleprovider)",
    "- [Settings of the stack](#settings-of-the-stack)",
    "",
    "## Arguments",
    "",
    ...argumentGroups.flatMap(({ name, text, args }) => [
      ...(name === "" ? [] : [`### ${name}`, "", ...wrap(text), ""]),
      ...args.flatMap((arg) => argument(arg, name === "" ? "###" : "####")),
    ]),
    "### schedule.*",
    "",
    "Plain values, read as a whole ([rules and examples](schedules.md)). The names of its parts:",
    "",
    "| argument | type | meaning |",
    "|---|---|---|",
    ...scheduleParts.flatMap(([type, prefix]) =>
      fields("provider/core/schedule/schedule.ts", type, prefix, scheduleWords),
    ),
    "",
    "## Outputs",
    "",
    "What was observed, never what was wished. The declared arguments are outputs too, as they were written.",
    "",
    "| output | type | meaning |",
    "|---|---|---|",
    ...outputsOf(source).map(({ name, type, text }) => `| \`${name}\` | ${code(type)} | ${cell(text || asListed)} |`),
    "",
    "`lastRun` holds:",
    "",
    "| field | type | meaning |",
    "|---|---|---|",
    ...fields("provider/core/outputs.ts", "LastRun", "", outputWords),
    ...fields("provider/core/outputs.ts", "DoneStep", "steps[].", outputWords),
    "",
    "`observedDrift` holds `declared` and `observed`, each with `state` and `autoReleaseAt` in the words of the arguments.",
    "",
    "## FleetLifecycle",
    "",
    ...wrap(
      "Several instances at once ([how](fleets.md)). Beside these it takes the arguments of `InstanceLifecycle`, but for `instanceId`, for each of its instances.",
    ),
    "",
    "| argument | type | meaning |",
    "|---|---|---|",
    ...fields("provider/fleet.ts", "FleetLifecycleArgs", ""),
    ...fields("provider/fleet.ts", "SelectArgs", "select."),
    "",
    "| output | type | meaning |",
    "|---|---|---|",
    ...fleetOutputs().map(({ name, type, text }) => `| \`${name}\` | ${code(type)} | ${cell(text)} |`),
    "",
    "## LifecycleProvider",
    "",
    "An explicit provider, for a program that works in several accounts ([how](credentials.md#several-accounts)). What is left",
    "out comes from the environment, not from the stack's configuration.",
    "",
    "| argument | type | meaning |",
    "|---|---|---|",
    ...fields("provider/lifecycle-provider.ts", "LifecycleProviderArgs", "", providerWords),
    ...fields("provider/lifecycle-provider.ts", "AssumeRoleArgs", "assumeRole.", providerWords),
    ...fields("provider/lifecycle-provider.ts", "AssumeRoleWithOidcArgs", "assumeRoleWithOidc.", providerWords),
    "",
    "## Settings of the stack",
    "",
    "| key | values | default |",
    "|---|---|---|",
    "| `alicloud:…` | [credentials and endpoint](credentials.md) | – |",
    "| `lifecycle:maxReleases` | releases in one run: a number, or a percentage of what is declared in that region | 1 |",
    "| `lifecycle:maxReleaseTimes` | new or earlier release times in one run: likewise | 10 |",
    "| `lifecycle:maxStops` | stops in one run, those before a release too: likewise | none; for instances adopted only now a quarter, and at least 5 |",
    "| `lifecycle:readOnly` | `true`: whatever would act fails | `false` |",
    "| `lifecycle:instances` | what the [root project](../README.md#without-a-program-the-root-project) declares | none |",
    "| `lifecycle:fleets` | the fleets that it declares | none |",
    "",
  ].join("\n");
}

const scheduleParts = [
  ["ScheduleArgs", "schedule."],
  ["WeeklyPeriodArgs", "schedule.running[]."],
  ["PeriodArgs", "schedule.running[]."],
  ["CronArgs", "schedule.cron[]."],
  ["ExceptionArgs", "schedule.exceptions[]."],
  ["HolidaysArgs", "schedule.holidays."],
  ["LifeArgs", "schedule.life."],
];
const scheduleWords = {
  "schedule.exceptions": "Dates with a rule of their own.",
  "schedule.holidays": "Public holidays and the days on which they are made up for.",
  "schedule.life": "Stages that are counted once.",
};

const outputWords = {
  steps: "The calls that were made, in order.",
  "steps[].because": "The reason that the preview gave for it.",
};

/** What the names of the alicloud configuration leave unsaid. */
const providerWords = {
  region: "Where a resource writes no `regionId`.",
  securityToken: "With the two above: a session.",
  assumeRole: "A role that is assumed with the credentials found; its fields are below.",
  assumeRoleWithOidc: "A role that is assumed with a token of a CI system or cluster; its fields are below.",
  profile: "A profile of the vendor's command line or SDKs.",
  sharedCredentialsFile: "The file that has it.",
  credentialsUri: "An address that answers with a session.",
  ecsRoleName: "Role of the instance that this runs on.",
  secretKey: "Always treated as a secret.",
  clientReadTimeout: "Milliseconds for one call.",
  clientConnectTimeout: "The larger of the two counts. Default: 10000.",
  "assumeRole.externalId": "What the role's owner asks for.",
  "assumeRoleWithOidc.oidcProviderArn": "The OIDC provider in RAM.",
  "assumeRoleWithOidc.oidcTokenFile": "File that holds the token; read anew each time.",
  "assumeRoleWithOidc.roleArn": "The role.",
  "assumeRoleWithOidc.roleSessionName": "Default: a name of this package's own.",
  "assumeRoleWithOidc.policy": "Narrows the role's rights. Default: none.",
};

function argument({ name, type, required, text }, heading) {
  const { meaning, byDefault, ecs } = split(text);
  return [
    `${heading} ${name}`,
    "",
    ...wrap(meaning),
    "",
    `- type: \`${type}\``,
    `- default: ${required ? "none, it is required" : (byDefault ?? (name.startsWith("expect.") ? "not looked at" : "not managed"))}`,
    ...(ecs === undefined ? [] : [`- ECS: ${ecs}`]),
    `- a change: ${onChange[name]}`,
    "",
  ];
}

/** The default and the vendor's rule have sentences of their own in the comments. */
function split(text) {
  const [, ecs] = / ?ECS: ([^.]+)\.$/.exec(text) ?? [];
  const rest = text.replace(/ ?ECS: [^.]+\.$/, "");
  const [, byDefault] = / ?Default: (.+?)(?:\.(?= |$)|$)/.exec(rest) ?? [];
  return { meaning: rest.replace(/ ?Default: .+?(?:\.(?= |$)|$)/, ""), byDefault, ecs };
}

function fields(path, type, prefix, words = {}) {
  return membersOf(parse(path), type).map(({ name, type, text }) => {
    const full = `${prefix}${name}`;
    return `| \`${full}\` | ${code(type)} | ${cell(text || words[full] || "")} |`;
  });
}

function parse(path) {
  return ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
}

function interfaceOf(source, type) {
  return source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === type);
}

function membersOf(source, type) {
  return interfaceOf(source, type)
    .members.filter(ts.isPropertySignature)
    .map((member) => ({
      name: member.name.getText(),
      required: member.questionToken === undefined,
      type: typeText(member.type),
      text: commentOf(member),
    }));
}

function outputsOf(source) {
  const declaration = source.statements.find((one) => ts.isClassDeclaration(one));
  const inputs = membersOf(source, "InstanceLifecycleArgs").map(({ name }) => name);
  return declaration.members
    .filter((member) => ts.isPropertyDeclaration(member) && /^pulumi\.Output</.test(member.type?.getText() ?? ""))
    .map((member) => ({ name: member.name.getText(), type: typeText(member.type), text: commentOf(member) }))
    .filter(({ name }) => !inputs.includes(name));
}

function fleetOutputs() {
  const declaration = parse("provider/fleet.ts").statements.find((one) => ts.isClassDeclaration(one));
  return declaration.members
    .filter((member) => ts.isPropertyDeclaration(member) && /^pulumi\.Output</.test(member.type?.getText() ?? ""))
    .map((member) => ({ name: member.name.getText(), type: typeText(member.type), text: commentOf(member) }));
}

/** Names of types that say less than what they stand for. */
const spelt = {
  ReleasedBy: '"declaration" | "timer" | "unknown"',
  ReportedDrift: "{ declared, observed }",
  LastRun: "{ time, steps, corrections }",
  "DoneStep[]": "{ call, because, requestId }[]",
  ReleaseSnapshotArgs: "{ retentionDays, name, tags }",
  SelectArgs: "object",
  ScheduleArgs: "object",
  "WeeklyPeriodArgs[]": "{ days, from, to }[]",
  "PeriodArgs[]": "{ from, to }[]",
  "CronArgs[]": "{ start, stop }[]",
  "ExceptionArgs[]": "object[]",
  HolidaysArgs: "object",
  LifeArgs: "object",
  AssumeRoleArgs: "object",
  AssumeRoleWithOidcArgs: "object",
};

/** Without Pulumi's wrappers, which every argument and output has. */
function typeText(node) {
  let text = node.getText().replaceAll(/^readonly /gm, "");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/pulumi\.(?:Input|Output)<((?:[^<>]|<[^<>]*>)*)>/, "$1");
  }
  for (const [name, meaning] of Object.entries(spelt)) text = text.replace(name, meaning);
  return text
    .replace(/ \| undefined$/, "")
    .replaceAll(/\breadonly /g, "")
    .replaceAll(/\s+/g, " ");
}

function commentOf(node) {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  const text = comment === undefined ? "" : (ts.getTextOfJSDocComment(comment.comment) ?? "");
  return text.replaceAll(/\s+/g, " ").trim();
}

/** For a table, where a bar ends the cell even in code. */
function code(text) {
  return `\`${cell(text)}\``;
}

function cell(text) {
  return text.replaceAll("|", "\\|");
}

function wrap(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + word.length > 123) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

// ---- docs/states.md: the plan of every cell, by asking the function that decides ----

const nowMs = Date.UTC(2026, 0, 1);
const statuses = ["running", "stopped", "starting", "pending", "stopping", "other", "absent"];
const instanceId = "i-bp67acfmxazb4p";
const regionId = "cn-hangzhou";

const wishes = [
  { title: "`running`", state: "running" },
  { title: "`stopped`", state: "stopped" },
  { title: "`released`", state: "released" },
  { title: "`released`, `release.force`", state: "released", release: { force: true } },
  { title: "`released`, `release.snapshot`", state: "released", release: { snapshot: { tags: {} } } },
  { title: "left out", state: undefined },
];

/** The page. `core` holds the functions of the core that decide: `plan`, `isProtective`, `callName`. */
export function states(core) {
  return [
    "# States",
    "",
    made,
    "",
    "Every cell and every arrow here is an answer of `plan` (provider/core/plan.ts), the function that previews and updates use.",
    "It is asked again after each step, with a fresh look; the arrows follow the first step of each answer.",
    "",
    "## From what is found to what is declared",
    "",
    `| declared \`state\` | ${statuses.map(titleOf).join(" | ")} |`,
    `|---${"|---".repeat(statuses.length)}|`,
    ...wishes.map(
      (wish) => `| ${wish.title} | ${statuses.map((status) => planCell(core, wish, status)).join(" | ")} |`,
    ),
    "",
    "`Other` is any status that isn't named here. `Gone` means seen here before and proven absent, without a declared reason.",
    "A release time is set, moved and cancelled in every status, when `state` is left out.",
    "",
    ...wishes.slice(0, -1).flatMap((wish) => diagram(core, wish)),
    "## Gone",
    "",
    "What went is recorded in `releasedBy`. The columns are what is declared today.",
    "",
    "| how it went | `running` | `stopped` | `released` | left out |",
    "|---|---|---|---|---|",
    ...absences.map(
      ({ title, recorded }) =>
        `| ${title} | ${["running", "stopped", "released", undefined].map((state) => absentCell(core, state, recorded)).join(" | ")} |`,
    ),
    "",
    "## Release time",
    "",
    `| declared | ${timesInForce.map(({ title }) => title).join(" | ")} |`,
    `|---${"|---".repeat(timesInForce.length)}|`,
    ...timeWishes.map(
      (wish) => `| ${wish.title} | ${timesInForce.map(({ time }) => timeCell(core, wish, time)).join(" | ")} |`,
    ),
    "",
    "Each call is ModifyInstanceAutoReleaseTime. Cancelling and postponing come first of all, before power. A new or an earlier",
    "time comes last.",
    "",
    "## What holds back which call",
    "",
    "`refused`: nothing that acts is called, with the reason. `–`: not for this.",
    "",
    `| found or declared | ${acts.map(({ title }) => title).join(" | ")} |`,
    `|---${"|---".repeat(acts.length)}|`,
    ...conditions.map(
      (condition) => `| ${condition.title} | ${acts.map((act) => refusalCell(core, condition, act)).join(" | ")} |`,
    ),
    "",
  ].join("\n");
}

function titleOf(status) {
  return status === "absent" ? "Gone" : status[0].toUpperCase() + status.slice(1);
}

function desiredOf({ state, release = {}, releaseTime = { kind: "unmanaged" }, expect = {}, stop = {} }) {
  const budgetMs = 600_000;
  return {
    instanceId,
    regionId,
    state,
    releaseTime,
    stop: {
      mode: "KeepCharging",
      force: false,
      forceAfterMs: undefined,
      hibernate: false,
      applyModeNow: false,
      ...stop,
    },
    release: { force: false, snapshot: undefined, liftProtection: false, ownedHere: false, ...release },
    expect,
    drift: "correct",
    onDelete: "retain",
    timeouts: { startMs: budgetMs, stopMs: budgetMs, releaseMs: budgetMs, snapshotMs: budgetMs },
  };
}

function seen(fields) {
  if (fields.status === "absent") return { presence: "absent" };
  return {
    presence: "present",
    instanceId,
    regionId,
    stoppedMode: fields.status === "stopped" ? "KeepCharging" : "Not-applicable",
    chargeType: "PostPaid",
    instanceName: "worker",
    instanceType: "ecs.g7.large",
    networkType: "vpc",
    releaseTime: undefined,
    deletionProtection: false,
    locks: [],
    tags: {},
    createdAt: "2025-01-01T00:00Z",
    serialNumber: "1",
    startedAt: "2025-01-01T00:00Z",
    publicIps: [],
    elasticIp: undefined,
    disks: [
      {
        diskId: "d-1",
        type: "system",
        category: "cloud_essd",
        sizeGiB: 40,
        deleteWithInstance: true,
        deleteAutoSnapshot: true,
      },
    ],
    snapshots: [],
    ...fields,
  };
}

const before = { declared: { instanceId, regionId }, lastSeenAt: "2025-12-31T00:00:00Z" };

function planCell(core, wish, status) {
  const { steps, refusals, warnings } = core.plan(desiredOf(wish), seen({ status }), before, nowMs);
  if (refusals.length > 0) return "refused";
  if (warnings.length > 0) return "one warning";
  return steps.length === 0 ? "–" : wordsOf(core, steps).join(", ");
}

/** A wait after a call is part of the call; one of its own is said. */
function wordsOf(core, steps) {
  return steps.flatMap((step, index) => {
    if (step.kind !== "await")
      return [step.kind === "release" && step.force ? "DeleteInstance by force" : core.callName(step)];
    const previous = steps[index - 1];
    return previous === undefined || previous.kind === "await" ? [waiting(step)] : [];
  });
}

function waiting({ until }) {
  return until === "snapshots" ? "wait until all are accomplished" : `wait until ${until}`;
}

function diagram(core, wish) {
  const edges = new Map();
  for (const status of statuses) walk(core, wish, seen({ status }), edges);
  return [
    `### ${wish.title}`,
    "",
    "```mermaid",
    "stateDiagram-v2",
    ...[...edges.values()].map((edge) => `  ${edge}`),
    "```",
    "",
  ];
}

/** Follows the plan, one step at a time, as the reconciler does. */
function walk(core, wish, observed, edges) {
  const from = observed.presence === "absent" ? "Gone" : titleOf(observed.status);
  const { steps, refusals } = core.plan(desiredOf(wish), observed, before, nowMs);
  const add = (to, label) =>
    edges.set(`${from} ${to} ${label}`, label === "" ? `${from} --> ${to}` : `${from} --> ${to}: ${label}`);
  if (refusals.length > 0) return add("Refused", "");
  const [step] = steps;
  if (step === undefined) return add("[*]", "");
  const next = after(observed, step);
  const to = next.presence === "absent" ? "Gone" : titleOf(next.status);
  if (edges.size > 100) throw new Error("docs/generate.mjs: the plan goes round in circles");
  add(to, step.kind === "await" ? waiting(step) : wordsOf(core, [step])[0]);
  walk(core, wish, next, edges);
}

/** What ECS makes of a step. */
function after(observed, step) {
  switch (step.kind) {
    case "start":
      return { ...observed, status: "running" };
    case "stop":
      return { ...observed, status: "stopped", stoppedMode: step.mode };
    case "release":
      return { presence: "absent" };
    case "snapshot": {
      const tags = { "pulumi-alicloud-lifecycle": instanceId };
      const snapshot = {
        snapshotId: "s-1",
        diskId: step.diskId,
        status: "progressing",
        type: "user",
        createdAt: "2026-01-01T00:00:00Z",
        tags,
      };
      return { ...observed, snapshots: [...observed.snapshots, snapshot] };
    }
    case "await":
      return step.until === "snapshots"
        ? { ...observed, snapshots: observed.snapshots.map((one) => ({ ...one, status: "accomplished" })) }
        : { ...observed, status: step.until };
    default:
      throw new Error(`docs/generate.mjs: no picture for ${step.kind}`);
  }
}

const past = "2025-12-31T00:00:00Z";
const absences = [
  { title: "released by declaration", recorded: { ...before, releasedBy: "declaration", releasedAt: past } },
  { title: "a declared release time has passed", recorded: { ...before, declaredReleaseTime: past } },
  { title: "our release was accepted, and the run ended", recorded: { ...before, releaseAccepted: true } },
  { title: "for a reason not known here", recorded: before },
];

function absentCell(core, state, recorded) {
  const { refusals, warnings } = core.plan(desiredOf({ state }), { presence: "absent" }, recorded, nowMs);
  if (refusals.length > 0) return "refused";
  return warnings.length > 0 ? "one warning" : "–";
}

const day = (days) => new Date(nowMs + days * 86_400_000).toISOString().replace(".000Z", "Z");
const timesInForce = [
  { title: "none set", time: undefined },
  { title: "this time set", time: day(2) },
  { title: "an earlier one set", time: day(1) },
  { title: "a later one set", time: day(3) },
];
const timeWishes = [
  { title: "a time", kind: { kind: "at", at: day(2) } },
  {
    title: "a time that has passed, and was declared before",
    kind: { kind: "at", at: day(-1) },
    recorded: { declaredReleaseTime: day(-1) },
  },
  { title: "a time that has passed, and is new", kind: { kind: "at", at: day(-1) } },
  { title: "`never`", kind: { kind: "never" } },
  { title: "taken out after it was declared", kind: { kind: "withdrawn" } },
  { title: "never declared", kind: { kind: "unmanaged" } },
];

function timeCell(core, { kind, recorded = {} }, time) {
  const { steps, refusals, warnings } = core.plan(
    desiredOf({ releaseTime: kind }),
    seen({ status: "running", releaseTime: time }),
    { ...before, ...recorded },
    nowMs,
  );
  if (refusals.length > 0) return "refused";
  const [step] = steps;
  const call =
    step === undefined
      ? undefined
      : step.kind === "cancelReleaseTime"
        ? "cancel"
        : core.isProtective(step)
          ? "postpone"
          : time === undefined
            ? "set"
            : "move forward";
  return [call, ...(warnings.length > 0 ? ["warning"] : [])].filter(Boolean).join(", ") || "–";
}

const acts = [
  { title: "start", wish: { state: "running" }, found: { status: "stopped" } },
  { title: "stop", wish: { state: "stopped" }, found: { status: "running" } },
  { title: "release", wish: { state: "released" }, found: { status: "running" } },
  {
    title: "new or earlier release time",
    wish: { releaseTime: { kind: "at", at: day(2) } },
    found: { status: "running" },
  },
  {
    title: "postpone",
    wish: { releaseTime: { kind: "at", at: day(2) } },
    found: { status: "running", releaseTime: day(1) },
  },
  { title: "cancel", wish: { releaseTime: { kind: "never" } }, found: { status: "running", releaseTime: day(1) } },
];
const conditions = [
  { title: "`expect.instanceName` differs", expect: { instanceName: "other" } },
  { title: "a tag of `expect.tags` is missing", expect: { tags: { env: "prod" } } },
  { title: "first `up`, and `expect` names no machine", first: true },
  { title: "subscription (PrePaid)", found: { chargeType: "PrePaid" } },
  { title: "release protection", found: { deletionProtection: true } },
  {
    title: 'release protection, `deletionProtection: "lift"`',
    found: { deletionProtection: true },
    release: { liftProtection: true },
  },
  { title: "member of a scaling group", found: { tags: { "acs:autoscaling:scalingGroupId": "asg-1" } } },
  { title: "member of a cluster", found: { tags: { "ack.aliyun.com": "c-1" } } },
  { title: "lock: financial", found: { locks: ["financial"] } },
  { title: "lock: security", found: { locks: ["security"] } },
  { title: "lock: recycling (spot)", found: { locks: ["recycling"] } },
  { title: "any other lock", found: { locks: ["other"] } },
  { title: "our release was accepted, still listed", recorded: { ...before, releaseAccepted: true } },
];

function refusalCell(core, { expect = {}, release = {}, found = {}, recorded = before, first = false }, act) {
  const desired = desiredOf({ ...act.wish, expect, release });
  const { refusals } = core.plan(desired, seen({ ...act.found, ...found }), first ? undefined : recorded, nowMs);
  return refusals.length > 0 ? "refused" : "–";
}

// ---- docs/contract.md: its last column, by which command each test is run ----

const commandOf = { test: "`npm test`", rest: "`npm run test:all`" };

/** The page with the last column filled, also of rows that were written without it. */
export function contract(text) {
  const [held, ...open] = text.split("## Rules without a test");
  const filled = held
    .replaceAll(/^\| promise \| file \| test \|.*\n\|---.*$/gm, "| promise | file | test | run by |\n|---|---|---|---|")
    .replaceAll(
      /^(\| .* \| `(test\/[^`]*\.test\.ts)` \| `.*?` \|)(?: `npm (?:test|run test:all)` \|)?$/gm,
      (_row, cells, file) => `${cells} ${commandOf[partOf(file)]} |`,
    );
  return [filled, ...open].join("## Rules without a test");
}

// ---- the command ----

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const built = async (name) => await import(pathToFileURL(join(root, "dist", "provider", "core", `${name}.js`)).href);
  const core = { ...(await built("plan")), ...(await built("steps")) };
  writeFileSync(join(root, "docs", "reference.md"), reference());
  writeFileSync(join(root, "docs", "states.md"), states(core));
  const promises = join(root, "docs", "contract.md");
  writeFileSync(promises, contract(readFileSync(promises, "utf8")));
  console.log("written: docs/reference.md, docs/states.md, docs/contract.md");
}
