import { type Bug, bug } from "./bug";
import { fleetBugs } from "./fleet-bugs";

const reconcile = "provider/reconcile/reconcile.js";
const watch = "provider/reconcile/instance-watch.js";
const popClient = "provider/ecs/pop-client.js";
const plan = "provider/core/plan.js";
const refusals = "provider/core/refusals.js";
const outputs = "provider/core/outputs.js";
const normalize = "provider/core/normalize.js";

/**
 * Mistakes that somebody has made somewhere, or could make here. Each is planted alone; each has to be found by the judge,
 * by one of the invariants that are named, without a hint where to look.
 */
export const bugs: readonly Bug[] = [
  // Those without which a laboratory proves nothing.
  bug("does nothing", "a provider that never acts must not pass", ["L1"], {
    file: plan,
    find: "const steps = [...timer.steps.filter(steps_1.isProtective), ...power,",
    replace: "const steps = []; void [...timer.steps.filter(steps_1.isProtective), ...power,",
  }),
  bug("always releases", "a provider that releases whatever it is given must not pass", ["S1"], {
    file: plan,
    find: "const { state, release } = desired;",
    replace: 'const state = "released";\n    const { release } = desired;',
  }),
  bug("never tries a read again", "a provider that gives up at the first throttling must not pass", ["L8"], {
    file: "provider/ecs/call-queue.js",
    find: "if (!this.isRefusal(error))\n                    throw error;",
    replace: "throw error;",
  }),

  // S1: when a release is asked for.
  bug("a blank state means released", "UniSuper 2024: a blank parameter selected the destructive branch", ["S1"], {
    file: normalize,
    find: "state: args.state,",
    replace: 'state: args.state ?? "released",',
  }),
  bug("delete releases", "destroy took the machines along (DataTalks 2026)", ["S1"], {
    file: "provider/methods/remove.js",
    find: '        engine.say("info", forgotten(id));\n}',
    replace: "        await session.connect(desired).release(id, { force: true });\n}",
  }),
  bug("a replaced machine is released", "replacing a resource is not wishing its machine away", ["S1"], {
    file: "provider/methods/remove.js",
    find: 'state: desired.onDelete === "stop" ? "stopped" : undefined,',
    replace: 'state: "released",',
  }),
  bug("a refresh goes on to act", "read must only look", ["S8"], {
    file: "provider/methods/read.js",
    find: "const wantedReleaseTime = recorded.declaredReleaseTime;",
    replace:
      'const wantedReleaseTime = recorded.declaredReleaseTime;\n        if (desired.state === "running" && observed.presence === "present") await session.connect(desired).start(id, async () => true);',
  }),

  // S2: by which means.
  bug("always releases by force", "the incumbent always sends Force=true", ["S2"], {
    file: popClient,
    find: "Force: options.force,\n        });\n    }\n    async setReleaseTime",
    replace: "Force: true,\n        });\n    }\n    async setReleaseTime",
  }),
  bug("always stops by force", "force loses what is not on the disk", ["S2"], {
    file: popClient,
    find: "ForceStop: options.force,",
    replace: "ForceStop: true,",
  }),
  bug("forces too early", "stop.forceAfter is the time that the guest was given", ["S2"], {
    file: reconcile,
    find: "this.forceAtMs ??= clock.nowMs() + forceAfterMs;",
    replace: "this.forceAtMs ??= clock.nowMs() + forceAfterMs / 4;",
  }),
  bug(
    "KeepCharging and StopCharging mixed up",
    "giving capacity back by mistake may lose the machine's place",
    ["S2"],
    {
      file: popClient,
      find: "StoppedMode: options.mode,",
      replace: 'StoppedMode: options.mode === "KeepCharging" ? "StopCharging" : "KeepCharging",',
    },
  ),
  bug("lifts protection unasked", "protection is lifted only where lift is declared", ["S2"], {
    file: normalize,
    find: 'liftProtection: release?.deletionProtection === "lift",',
    replace: "liftProtection: true,",
  }),

  // S3: one release.
  bug("a release is sent again without a look", "a write whose outcome is unknown was repeated blindly", ["S3"], {
    file: "provider/reconcile/send.js",
    find: "return ecs.release(id, { force: step.force });",
    replace:
      'return ecs.release(id, { force: step.force }).catch((error) => error.errorClass === "unknownOutcome" ? ecs.release(id, { force: step.force }) : Promise.reject(error));',
  }),
  bug("an accepted release is sent again", "it stays listed for a while, which is no reason to send it again", ["S3"], {
    file: reconcile,
    find: 'const mayResend = !(step.kind === "release" && accepted);',
    replace: "const mayResend = true;",
    also: [{ file: reconcile, find: "if (this.isReleased) {", replace: "if (false) {" }],
  }),

  // S4: the look that a write rests on.
  bug("an earlier look is used again", "DynamoDB 2025: an old plan was applied after a delay", ["S4"], {
    file: watch,
    find: "async look() {\n",
    replace:
      "async look() {\n        if (this.observed !== undefined && this.around.clock.nowMs() - this.lookedMs < 20_000) return this.observed;\n",
  }),
  bug("acts on what the program saw", "the program's look may be minutes old when its turn comes", ["S4", "L1"], {
    file: reconcile,
    find: "if (!this.watch.isOld())\n            return undefined;\n        const seen = await this.watch.look();",
    replace: "await this.around.clock.sleep(11_000);\n        const seen = before;",
  }),
  bug("knows a machine by its name", "cass-operator, casskop: matched by name, the living went with the dead", ["S4"], {
    file: "provider/core/is-another.js",
    find: 'const fields = ["createdAt", "serialNumber"];',
    replace: 'const fields = ["instanceName"];',
  }),
  bug(
    "answers are taken by their place",
    "a batch that leaves one out gives its neighbour's answer",
    ["S4", "S14", "S5", "L1"],
    {
      file: "provider/ecs/batching/describe-batcher.js",
      find: "return ids.map((id) => ({ present: found.get(id),",
      replace:
        "const listed = [...found.values()];\n        return ids.map((id, index) => ({ present: listed[index] && { ...listed[index], instanceId: id },",
    },
  ),

  // S5: what is gone.
  bug("one look is enough for absence", "NotFound once is no proof: reads are eventually consistent", ["S5"], {
    file: "provider/reconcile/absence.js",
    find: "const waitMs = firstLookMs + exports.secondLookAfterMs - clock.nowMs();",
    replace: 'return "proven";\n    const waitMs = firstLookMs + exports.secondLookAfterMs - clock.nowMs();',
  }),
  bug("both looks at the same moment", "two looks into one stale copy are one look", ["S5"], {
    file: "provider/reconcile/absence.js",
    find: "exports.secondLookAfterMs = 5_000;",
    replace: "exports.secondLookAfterMs = 0;",
  }),
  bug("two looks are enough for absence", "two calls may be answered by two copies, both of them behind", ["S5"], {
    file: "provider/reconcile/absence.js",
    find: 'return (await ecs.observe([instanceId])).found.has(instanceId) ? "listed" : "proven";',
    replace: 'return "proven";',
  }),
  bug("never seen counts as released", "a wrong region looks like a released machine", ["S5"], {
    file: reconcile,
    find: "if (recorded === undefined && this.identity === undefined)",
    replace: "if (false)",
  }),
  bug("a destroy fails over what has gone", "a machine that is gone must never stand in the way of destroy", ["S5"], {
    file: "provider/methods/remove.js",
    find: 'if (observed.presence === "absent") {\n        engine.say(',
    replace: 'if (observed.presence === "absent") {\n        throw new Error(`${id} is gone`);\n        engine.say(',
  }),

  // S6 and S7: release times.
  bug("seconds are not cut", "the vendor cuts them, so the comparison never holds again", ["S6", "L1"], {
    file: "provider/core/release-time.js",
    find: "const minute = Math.floor(epochMs / 60_000) * 60_000;",
    replace: "const minute = epochMs;",
  }),
  bug("a release time a minute early", "never before the declared minute", ["S6"], {
    file: popClient,
    find: "AutoReleaseTime: at,",
    replace: 'AutoReleaseTime: new Date(Date.parse(at) - 60_000).toISOString().replace(".000Z", "Z"),',
  }),
  bug("the offset of a release time is dropped", "local time taken for UTC is hours off", ["S6"], {
    file: "provider/core/release-time.js",
    find: ".Instant.from(text).epochMilliseconds",
    replace: '.Instant.from(text.replace(/[+-]\\d\\d:\\d\\d$/, "Z")).epochMilliseconds',
  }),
  bug("our release time outlives its declaration", "nobody declares it any more, and the machine goes", ["S6"], {
    file: "provider/methods/remove.js",
    find: "await leave(session, desired, recorded, cancel);",
    replace: "await leave(session, desired, recorded, false);",
  }),
  bug("another's release time becomes ours", "a refresh mirrored it, and the removal cancelled it", ["S7"], {
    file: outputs,
    find: "return inForce === wantedReleaseTime || inForce === before ? inForce : undefined;",
    replace: "return inForce;",
  }),
  bug("every release time is cancelled that is not declared", "what others have set is theirs", ["S7"], {
    file: "provider/methods/properties.js",
    find: 'const withdrawn = desired.releaseTime.kind === "unmanaged" && before !== undefined;',
    replace: 'const withdrawn = desired.releaseTime.kind === "unmanaged";\n    void before;',
  }),
  bug("retainTimer is forgotten", "the timer was to stay", ["S7"], {
    file: "provider/methods/remove.js",
    find: 'desired.onDelete === "stop" ? timeIsOpen : false;',
    replace: 'desired.onDelete === "stop" || true ? timeIsOpen : false;',
    also: [
      {
        file: "provider/methods/remove.js",
        find: 'if (desired.onDelete === "retainTimer" && timeIsOpen) {',
        replace: "if (false) {",
      },
    ],
  }),
  bug("a rename cancels the release time", "a delete after a replacement undoes what was just done", ["S7"], {
    file: "provider/methods/remove.js",
    find: "if (now !== undefined) {",
    replace: "if (false) {",
  }),
  bug(
    "an unset release time is sent as text",
    "undefined left out cancels, so one typo turns one into the other",
    ["S7", "S6"],
    {
      file: popClient,
      find: "AutoReleaseTime: at,",
      replace: "...(at > new Date(this.nowMs()).toISOString() && at < '2026-06-04' ? {} : { AutoReleaseTime: at }),",
    },
  ),

  // S8: who may write.
  bug("a preview tries the release out", "a dry run of a delete is a delete with one argument more", ["S8"], {
    file: popClient,
    find: "async inspect(instanceId) {\n",
    replace:
      'async inspect(instanceId) {\n        await this.ecs.call("DeleteInstance", { RegionId: this.regionId, InstanceId: instanceId, DryRun: true }).catch(() => undefined);\n',
  }),
  bug("read only is read by the preview alone", "CI skips the preview", ["S8"], {
    file: "provider/methods/session.js",
    find: "if (this.isReadOnly)\n            throw",
    replace: "if (false)\n            throw",
    also: [
      {
        file: "provider/methods/check.js",
        find: "if (steps.some(steps_1.isWrite) && session.isReadOnly && !onlyReported)",
        replace: "if (steps.some(steps_1.isWrite) && session.isReadOnly && run.dryRun && !onlyReported)",
      },
    ],
  }),

  // S9: whose machine it is.
  bug("takes the first machine of the list", "a filter that was forgotten returns everybody's", ["S9"], {
    file: popClient,
    find: "async release(instanceId, options) {\n",
    replace:
      'async release(instanceId, options) {\n        const listed = await this.ecs.call("DescribeInstances", { RegionId: this.regionId });\n        instanceId = listed.body.Instances.Instance[0].InstanceId;\n',
  }),
  bug("the same id twice is let through", "two declarations of one machine fight", ["S9"], {
    file: "provider/program/judge.js",
    find: "if (same.length < 2 &&",
    replace: "if (same.length < 3 &&",
  }),

  // S10: how many.
  bug("as many as are allowed are released", "a random part of what was meant is worse than nothing", ["S10"], {
    file: "provider/program/guards.js",
    find: "if (due.length > limit.count)",
    replace: "if (due.indexOf(one) >= limit.count)",
  }),
  bug("no limit on stops and release times", "AWS S3 2017: a mistyped input took too many machines", ["S10"], {
    file: "provider/program/guards.js",
    find: "if (!guard.counts(one))",
    replace: 'if (!guard.counts(one) || guard.key !== "lifecycle:maxReleases")',
  }),
  bug(
    "a blind observer is believed",
    "Karpenter, cluster-api: when most are missing, it is the observer that is wrong",
    ["S10"],
    {
      file: "provider/program/guards.js",
      find: "if (seen.length < 5 || missing.length * 2 < seen.length)",
      replace: "if (seen.length < 500 || missing.length * 2 < seen.length)",
    },
  ),
  bug("a first up may stop a whole fleet", "adoption is where mistakes are made", ["S10"], {
    file: "provider/program/guards.js",
    find: "const limit = Math.max(5, Math.floor(all.length / 4));",
    replace: "const limit = all.length;",
  }),

  // S11: what protects.
  bug("expectations are not compared", "Atlassian 2022: ids of another kind went through the same door", ["S11"], {
    file: refusals,
    find: "if (wanted !== found) {",
    replace: "if (false) {",
  }),
  bug("adoption can release", "Spotify 2019: clusters deleted while they were being codified", ["S11"], {
    file: refusals,
    find: "if (release !== undefined && recorded === undefined && !namesTheMachine(desired.expect)) {",
    replace: "if (false) {",
  }),
  bug(
    "protection is left to the cloud",
    "a release time does not respect it, and a lift may come in between",
    ["S11"],
    {
      file: refusals,
      find: "if (observed.deletionProtection &&",
      replace: "if (false &&",
    },
  ),
  bug(
    "subscriptions are treated like the rest",
    "a prepaid machine can't be released, and must not be tried",
    ["S11"],
    {
      file: refusals,
      find: 'if (observed.chargeType === "PrePaid") {',
      replace: "if (false) {",
    },
  ),
  bug("a scaling group's member is stopped", "the group answers by releasing it", ["S11"], {
    file: refusals,
    find: 'const ownerTags = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"];',
    replace: "const ownerTags = [];",
  }),
  bug("a security lock is overlooked", "what the vendor has locked is evidence", ["S11"], {
    file: refusals,
    find: 'case "security":\n',
    replace: 'case "security":\n                return [];\n',
  }),

  // S12 to S15: what is said, recorded and saved.
  bug("a key stands in a message", "pulumi-aws#2447: credentials in the CLI's output", ["S12"], {
    file: "provider/methods/account.js",
    find: 'return await ecs.accountId("brief");',
    replace:
      'session.outside.engine.say("debug", `asked with ${session.outside.settings("alicloud:accessKey")}`);\n        return await ecs.accountId("brief");',
  }),
  bug("an argument that does not exist is overlooked", "a misspelt guard is no guard", ["S13"], {
    file: normalize,
    find: 'const known = withoutUnknown(args, "", unknown);',
    replace: 'const { wrong, ...args } = given;\n    const known = withoutUnknown(args, "", unknown);',
    also: [
      {
        file: normalize,
        find: "function normalize(args, defaultRegionId) {",
        replace: "function normalize(given, defaultRegionId) {",
      },
    ],
  }),
  bug("the wish is recorded", "what was asked for is not what was reached", ["S14"], {
    file: reconcile,
    find: "const { atMs, lastSeen } = this.watch;",
    replace:
      'const { atMs, lastSeen } = this.watch;\n        if (observed.presence === "present" && done.length > 0) observed = { ...observed, status: this.desired.state ?? observed.status };',
  }),
  bug("does not wait and records the target", "an accepted request is not a finished one", ["S14"], {
    file: reconcile,
    find: "async waitOrFail(deadlineMs, target, judge) {\n",
    replace:
      'async waitOrFail(deadlineMs, target, judge) {\n        if (target === "stopped" || target === "running") return (this.watch.observed = { ...this.watch.observed, status: target });\n',
  }),
  bug("releases before the snapshot is ready", "snapshots that are under way save nothing yet", ["S15"], {
    file: "provider/core/snapshots.js",
    find: "return underWay ? [...begin, wait] : [];",
    replace: "return begin;",
  }),
  bug("an old snapshot is good enough", "the disks have changed since the machine was started", ["S15"], {
    file: "provider/core/snapshots.js",
    find: "Date.parse(snapshot.createdAt) >= fromMs);",
    replace: "fromMs < Number.POSITIVE_INFINITY);",
  }),
  bug("only the first disk is saved", "data disks hold the data", ["S15"], {
    file: popClient,
    find: "return { disks: disks.found,",
    replace: "return { disks: disks.found.slice(0, 1),",
  }),

  // S16 and S17: clocks and company.
  bug("the local clock counts", "a machine's own clock may be a day off", ["S16"], {
    file: popClient,
    find: "atMs = answer.serverTimeMs ?? this.nowMs();",
    replace: "atMs = this.nowMs();",
  }),
  bug("the window is judged by the local clock", "30 minutes ahead is by the server's clock", ["S16"], {
    file: "provider/core/plan.js",
    find: "const window = (0, release_time_1.releaseWindow)(at, nowMs);",
    replace: "const window = (0, release_time_1.releaseWindow)(at, Date.now());",
  }),
  bug("another run was quicker, and that is an error", "two people run the same program", ["S17"], {
    file: reconcile,
    find: 'case "wait": {\n',
    replace: 'case "wait": {\n                this.fail(error.message);\n',
  }),

  // Liveness.
  bug("is content with what is on its way", "stopping is not stopped", ["L1"], {
    file: "provider/core/state-table.js",
    find: 'stopping: ["awaitStopped", "start"],',
    replace: "stopping: [],",
  }),
  bug("a time to live is counted anew in each run", "postponed for ever, it is never reached", ["L2"], {
    file: "provider/core/fixed-release-time.js",
    find: "return at(recorded.fixedReleaseTime);",
    replace: "void at(recorded.fixedReleaseTime);",
  }),
  bug("a second run writes again", "what is as declared needs no write", ["L2", "L1"], {
    file: plan,
    find: "return applyMode(desired, observed);",
    replace: 'return [{ kind: "start", because }, waitFor("running", because), ...stopAsDeclared(desired, because)];',
  }),
  bug("a release time is set again and again", "texts were compared, with seconds and without", ["L2", "L1"], {
    file: plan,
    find: "if (inForce === at)",
    replace: 'if (inForce === at.replace(":00Z", "Z"))',
  }),
  bug("waits for ever", "an unbounded wait holds up the whole deployment", ["L3"], {
    file: "provider/reconcile/waiter.js",
    find: "if (clock.nowMs() + delayMs > wait.deadlineMs)",
    replace: "if (false)",
  }),
  bug("reads are tried again without end", "metastable failures: retries are the usual amplifier", ["L4"], {
    file: popClient,
    find: "{ maxAttempts: 4,",
    replace: "{ maxAttempts: 400,",
  }),
  bug("retries at two layers", "five times five is twenty-five", ["L4"], {
    file: popClient,
    find: "readRetry.execute(() => door.call(action, params))",
    replace: "readRetry.execute(() => readRetry.execute(() => door.call(action, params)))",
  }),
  bug("only snapshots of the same run count", "an interrupted run's work is done and paid for twice", ["L5"], {
    file: watch,
    find: "return { ...observed, disks, snapshots };",
    replace:
      "this.bornMs ??= Date.now() - 2_000;\n        return { ...observed, disks, snapshots: snapshots.filter(({ createdAt }) => Date.parse(createdAt) >= this.bornMs) };",
  }),
  bug("what was half done is forgotten", "a lost answer leaves the machine unprotected", ["L5", "L1", "S2"], {
    file: reconcile,
    find: "if (!this.protectionLifted || this.isReleased || this.watch.observed?.presence",
    replace: "if (true || this.watch.observed?.presence",
  }),
  bug("goes on fighting", "two owners undo each other for ever", ["L6", "L3"], {
    file: reconcile,
    find: "const maxSendsPerCall = 3;",
    replace: "const maxSendsPerCall = 300;",
  }),
  bug("one missing machine fails all looks", "one bad instance holds up the others", ["L7"], {
    file: "provider/program/look.js",
    find: "await lookAgain(ecs, missing, observed, atMs);",
    replace:
      "await lookAgain(ecs, missing, observed, atMs);\n        if (missing.length > 0) throw new Error(`${missing[0].instanceId} is not there`);",
  }),
  bug("one wrong declaration refuses all", "one bad declaration holds up the others", ["L7"], {
    file: "provider/program/observer.js",
    find: "if (one === undefined)\n                return { ...base, refused: failures, held: [], heldIfNew: [] };",
    replace:
      'if (found.includes(undefined))\n                return { ...base, refused: ["arguments: one of the program\'s declarations is wrong"], held: [], heldIfNew: [] };',
  }),
  bug("a throttled write is a failed one", "refused before it ran, it only has to wait", ["L8"], {
    file: reconcile,
    find: 'case "throttled":\n',
    replace: 'case "throttled":\n                return this.fail(error.message);\n',
  }),

  // What is judged is what is done, and a machine is one machine.
  bug(
    "what the program looked at is believed of another machine",
    "one name in the preview, another one gone",
    ["S4"],
    {
      file: "provider/methods/session.js",
      find: "if (run.regionId !== desired.regionId || run.instanceId !== desired.instanceId)",
      replace: "if (run.regionId !== desired.regionId)",
      also: [
        {
          file: "provider/methods/changed-on-the-way.js",
          find: "return isRecorded && mayStay ? []",
          replace: 'return name === "instanceId" || (isRecorded && mayStay) ? []',
        },
      ],
    },
  ),
  bug(
    "what arrives is not compared with what was judged",
    "a transform over a whole stack passes by all limits",
    ["S10", "S1"],
    {
      file: "provider/methods/changed-on-the-way.js",
      find: "if (run.judged === undefined)",
      replace: "if (run !== undefined)",
    },
  ),
  bug("a release is done as it is recorded", "a wish that was taken back, and kept by ignoreChanges", ["S1"], {
    file: "provider/methods/changed-on-the-way.js",
    find: ' && !(name === "state" && args.state === "released")',
    replace: "",
  }),
  bug("a check without the program's words is let through", "who lost the plan has lost the limits", ["S10", "S4"], {
    file: "provider/methods/check.js",
    find: "reasons.push(nobodyLooked(desired));",
    replace: "void nobodyLooked;",
    also: [
      {
        file: "provider/methods/apply.js",
        find: "const run = session.verifiedRun(desired);",
        replace: "const run = session.verifiedRun(desired) ?? { atMs: session.outside.clock.nowMs() };",
      },
    ],
  }),
  bug("a provider knows nothing of the others", "moved, and stopped by the delete of what it was", ["S9"], {
    file: "provider/methods/session.js",
    find: " ?? this.outside.peers.heardOf(keyOf(desired))",
    replace: "",
  }),
  bug("two providers may declare one machine", "chance decides which of them comes last", ["S9"], {
    file: "provider/program/observer.js",
    find: "elsewhere: this.machines.elsewhere(this, desired),",
    replace: "elsewhere: [],",
  }),
  bug("stops of what is removed are not counted", "nobody declares it any more, so nobody counts it", ["S10"], {
    file: "provider/methods/run-limits.js",
    find: 'return { key: "maxStops",',
    replace: 'return undefined && { key: "maxStops",',
  }),

  ...fleetBugs,
];
