import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actions, execute, parseWorld, World } from "../../emulator/index";
import { ann, crowdedWorld as newWorld } from "./crowded-world";
import { type ActionSpec, actionSpecs, type Spec } from "./parameter-specs";
import { wronged } from "./wronged";

interface Drawn {
  params: Record<string, string>;
  /** Why this must not succeed. */
  mustRefuse: string[];
}

/** A value of each kind: left out, empty, valid, or one that must be refused; and names that nobody knows. */
function calls(spec: ActionSpec): fc.Arbitrary<Drawn> {
  const values = fc.record(
    Object.fromEntries(Object.entries(spec.params).map(([name, each]) => [name, valueOf(each)])),
  );
  const extra = fc.option(
    fc.constantFrom("Nonsense", "__proto__", "constructor", "InstanceId.0", "Tag.x", "Tag.", "DataDisk", "OwnerId"),
    { nil: undefined },
  );
  return fc.tuple(values, extra).map(([drawn, name]) => {
    const params: Record<string, string> = {};
    const mustRefuse: string[] = [];
    for (const [key, value] of Object.entries(drawn)) {
      if (value !== undefined) params[key] = value;
    }
    for (const [key, each] of Object.entries(spec.params)) {
      if (each.ignoredWith?.some((other) => params[other] !== undefined && params[other] !== "")) continue;
      const value = params[key];
      const isMissing = value === undefined || value === "";
      const isExcused = each.requiredUnless !== undefined && (params[each.requiredUnless] ?? "") !== "";
      if (isMissing && each.required === true && !isExcused) mustRefuse.push(`${key} is missing`);
      if (value !== undefined && each.refused.includes(value)) mustRefuse.push(`${key}=${value}`);
    }
    if (name !== undefined) Object.defineProperty(params, name, { value: "1", enumerable: true, configurable: true });
    return { params, mustRefuse };
  });
}

function valueOf({ valid, refused, required }: Spec): fc.Arbitrary<string | undefined> {
  const of = (list: readonly string[]) => (list.length === 0 ? [] : [fc.constantFrom(...list)]);
  const good = of(valid);
  const none = [fc.constantFrom(undefined, "")];
  return fc.oneof(
    ...good.map((arbitrary) => ({ arbitrary, weight: required === true ? 20 : 4 })),
    ...of(refused).map((arbitrary) => ({ arbitrary, weight: 1 })),
    ...none.map((arbitrary) => ({ arbitrary, weight: required === true ? 1 : 8 })),
  );
}

test("every call that is implemented has its table", () => {
  const implemented = [...actions.values()].flatMap((ofVersion) => [...ofVersion.keys()]);
  expect(actionSpecs.map((spec) => spec.action).sort()).toEqual(implemented.sort());
});

describe.each(actionSpecs)("$action", (spec) => {
  const { action, version } = spec;
  const ask = (params: Record<string, string>) =>
    execute(newWorld(), { action, params, credential: ann, ...(version === undefined ? {} : { version }) });

  test("each wrong value by itself is enough to refuse a call that would succeed", () => {
    const good: Record<string, string> = {};
    for (const [name, { required, valid }] of Object.entries(spec.params)) {
      if (required === true) good[name] = valid[0] ?? "";
    }
    Object.assign(good, spec.success);
    // One call never succeeds; its wrong values must not either.
    if (spec.success !== null) expect(ask(good)).toMatchObject({ status: 200, code: undefined });
    for (const [name, { refused, required, requiredUnless }] of Object.entries(spec.params)) {
      const wrong = required === true && requiredUnless === undefined ? [...refused, ""] : refused;
      for (const value of wrong) {
        const { code, effect } = ask({ ...good, [name]: value });
        expect({ name, value, isRefused: code !== undefined, effect }).toEqual({
          name,
          value,
          isRefused: true,
          effect: "none",
        });
      }
    }
  });

  test("answers whatever is sent, and changes nothing where it refuses", () => {
    let successes = 0;
    fc.assert(
      fc.property(calls(spec), ({ params, mustRefuse }) => {
        const world = newWorld();
        const before = JSON.stringify(world.toFile());
        const instances = new Map([...world.compute.all()].map((held) => [held.instance.InstanceId, held.instance]));
        const answer = execute(world, {
          action,
          params,
          credential: ann,
          ...(version === undefined ? {} : { version }),
        });
        const isSame = JSON.stringify(world.toFile()) === before;

        expect(answer.body).not.toHaveProperty("EmulatorDefect");
        expect(answer.body["RequestId"]).toMatch(/^[0-9A-F-]{36}$/);
        if (answer.code !== undefined) {
          expect(answer.status).toBeGreaterThanOrEqual(400);
          expect(answer.body["Code"]).toBe(answer.code);
          expect(answer.body["Message"]).toBeTypeOf("string");
          expect({ code: answer.code, effect: answer.effect, isSame }).toEqual({
            code: answer.code,
            effect: "none",
            isSame: true,
          });
          return;
        }
        successes += 1;
        expect({ mustRefuse, status: answer.status }).toEqual({ mustRefuse: [], status: 200 });
        // A success that changes something says so, and one that doesn't says that too.
        expect({ effect: answer.effect === "none", isSame }).toEqual({ effect: isSame, isSame });
        for (const [id, held] of instances) {
          if (answer.effect.includes(`${id}: `)) expect([id, wronged(held, action, params)]).toEqual([id, undefined]);
        }
        if (/^(Start|Stop)Instances$/.test(action) && params["BatchOptimization"] !== "SuccessFirst") {
          expect(JSON.stringify(answer.body)).not.toMatch(/"Code":"[A-Z]/);
        }
        if (action.startsWith("Describe") || action.startsWith("List")) expect(isSame).toBe(true);
      }),
      { numRuns: 250, seed: 7 },
    );
    // The table must be able to get through, or it shows little.
    if (action !== "ModifyInstanceChargeType") expect(successes).toBeGreaterThan(3);
  });
});

test("a long life of calls and time leaves a world that can be read, written and read again", () => {
  const anyCall = fc.oneof(...actionSpecs.map((spec) => calls(spec).map(({ params }) => ({ spec, params }))));
  const step = fc.oneof(
    { arbitrary: anyCall, weight: 8 },
    { arbitrary: fc.integer({ min: 0, max: 3_600_000 }).map((ms) => ({ ms })), weight: 1 },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
      const world = newWorld();
      const gone = new Set<string>();
      for (const each of steps) {
        const before = new Set([...world.compute.all()].map((held) => held.instance.InstanceId));
        if ("ms" in each) {
          world.advance(each.ms);
        } else {
          const { action, version } = each.spec;
          const request = { action, params: each.params, credential: ann };
          const { body } = execute(world, version === undefined ? request : { ...request, version });
          expect(body).not.toHaveProperty("EmulatorDefect");
        }
        const after = new Set([...world.compute.all()].map((held) => held.instance.InstanceId));
        for (const id of before) if (!after.has(id)) gone.add(id);
        for (const id of after) expect(gone.has(id)).toBe(false);
      }
      const written = world.toFile();
      const instances = new Set(written.instances.map((instance) => instance.InstanceId));
      for (const disk of written.disks) {
        expect(disk.InstanceId === "" || instances.has(disk.InstanceId ?? "")).toBe(true);
      }
      for (const { instance, released } of world.compute.all()) {
        if (released) continue;
        const systemDisks = world.storage.disksOf(instance.InstanceId).filter((disk) => disk.Type === "system");
        expect(systemDisks).toHaveLength(1);
        if (instance.Status !== "Stopped") expect(instance.StoppedMode).toBe("Not-applicable");
      }
      const again = new World(parseWorld(JSON.parse(JSON.stringify(written))));
      expect(again.toFile()).toEqual(written);
    }),
    { numRuns: 60, seed: 7 },
  );
});
