import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DigestSet } from "../../emulator/digest-set";
import { NonceStore, timeWindowMs } from "../../emulator/nonce-store";
import { type RawAnswer, sendSigned } from "./signed-request";
import { emulatorForTest, now } from "./support";

const startMs = Date.parse("2026-03-01T08:00:00Z");
const minuteMs = 60_000;
const key = "emulator-key";

test("what is remembered is bounded, however long the time goes on", () => {
  const store = new NonceStore();
  const perMinute = 100;
  let most = 0;
  for (let minute = 0; minute < 500; minute += 1) {
    for (let index = 0; index < perMinute; index += 1) {
      const atMs = startMs + minute * minuteMs + index * 600;
      if (!store.use(key, `${minute}-${index}`, atMs, [atMs])) throw new Error(`${minute}-${index} counted as used`);
    }
    most = Math.max(most, store.size);
  }
  // The minute that runs, the fifteen before it, and the one of which the last timestamps may still be accepted.
  expect(most).toBeLessThanOrEqual(17 * perMinute);
  expect(most).toBeGreaterThanOrEqual(15 * perMinute);
});

test("clients whose clocks are wrong by up to the window don't make it grow either", () => {
  const store = new NonceStore();
  let most = 0;
  for (let second = 0; second < 10_000; second += 1) {
    const nowMs = startMs + second * 1000;
    const offMs = ((second * 7919) % 1801) * 1000 - timeWindowMs;
    store.use(key, `${second}`, nowMs + offMs, [nowMs]);
    most = Math.max(most, store.size);
  }
  // One a second, kept until its own timestamp is over: at most twice the window, and the minutes at both ends.
  expect(most).toBeLessThanOrEqual(32 * 60);
});

test.each([
  { reason: "at once", laterMs: 0 },
  { reason: "a minute later", laterMs: minuteMs },
  { reason: "in the last millisecond of the window", laterMs: timeWindowMs },
])("a nonce is remembered $reason", ({ laterMs }) => {
  const store = new NonceStore();
  const atMs = startMs + 59_000;
  expect(store.use(key, "n", atMs, [atMs])).toBe(true);
  const nowMs = atMs + laterMs;
  // A new minute is what makes it forget.
  expect(store.use(key, "another", nowMs + minuteMs, [nowMs])).toBe(true);
  expect(store.use(key, "n", atMs, [nowMs])).toBe(false);
});

test("a nonce that was used with another timestamp is used", () => {
  const store = new NonceStore();
  expect(store.use(key, "n", startMs, [startMs])).toBe(true);
  expect(store.use(key, "n", startMs + 5 * minuteMs, [startMs])).toBe(false);
});

test("each key has its own nonces", () => {
  const store = new NonceStore();
  expect(store.use(key, "n", startMs, [startMs])).toBe(true);
  expect(store.use("another-key", "n", startMs, [startMs])).toBe(true);
});

test("while one of two clocks accepts it, it is remembered", () => {
  const store = new NonceStore();
  const worldMs = startMs + 24 * 60 * minuteMs;
  store.use(key, "n", startMs, [worldMs, startMs]);
  store.use(key, "another", worldMs, [worldMs, startMs + timeWindowMs]);
  expect(store.use(key, "n", startMs, [worldMs, startMs + timeWindowMs])).toBe(false);
  store.use(key, "a third", worldMs + minuteMs, [worldMs + minuteMs, startMs + timeWindowMs + 2 * minuteMs]);
  expect(store.size).toBe(2);
});

test("a copy goes its own way", () => {
  const store = new NonceStore();
  store.use(key, "n", startMs, [startMs]);
  const copy = store.copy();
  expect(copy.use(key, "n", startMs, [startMs])).toBe(false);
  expect(copy.use(key, "later", startMs, [startMs])).toBe(true);
  expect(store.use(key, "later", startMs, [startMs])).toBe(true);
});

test("a replay is refused for as long as its timestamp counts, then by its timestamp", async () => {
  const emulator = await emulatorForTest({ world: { now, strictTime: true } });
  const timestampMs = emulator.world.now();
  const replay = (): Promise<RawAnswer> => sendSigned(emulator, { timestampMs, nonce: "the-same" });
  expect(await replay()).toEqual({ status: 200, code: undefined });
  expect(await replay()).toEqual({ status: 400, code: "SignatureNonceUsed" });
  // Other requests in between, so that there is a reason to forget.
  for (let minute = 1; minute <= 15; minute += 1) {
    emulator.advance(minuteMs);
    const nonce = `other-${minute}`;
    expect(await sendSigned(emulator, { timestampMs: emulator.world.now(), nonce })).toMatchObject({ status: 200 });
  }
  expect(emulator.world.now()).toBe(timestampMs + timeWindowMs);
  expect(await replay()).toEqual({ status: 400, code: "SignatureNonceUsed" });
  emulator.advance(1000);
  expect(await replay()).toEqual({ status: 400, code: "InvalidTimeStamp.Expired" });
  emulator.advance(2 * minuteMs);
  expect(await sendSigned(emulator, { timestampMs: emulator.world.now(), nonce: "last" })).toMatchObject({
    status: 200,
  });
  // Of the seventeen the first is gone; the rest is within the window or in a minute that is.
  expect(emulator.world.nonces.size).toBeLessThan(17);
});

test("the set of digests is a set, whatever the numbers", () => {
  // Few values, so that the same slot is wanted often; zeros, because they mark a free slot.
  const half = fc.oneof(
    fc.nat({ max: 3 }),
    fc.constantFrom(0xffffffff, 0x80000000, 16, 32),
    fc.nat({ max: 2 ** 32 - 1 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 200 }), fc.tuple(half, half), (added, other) => {
      const set = new DigestSet();
      // Two zeros count as their neighbour: the one pair of digests that can't be told apart.
      const name = ([high, low]: [number, number]): string => (high === 0 && low === 0 ? "0 1" : `${high} ${low}`);
      const names = new Set<string>();
      for (const digest of added) {
        expect(set.has(...digest)).toBe(names.has(name(digest)));
        set.add(...digest);
        names.add(name(digest));
        expect(set.has(...digest)).toBe(true);
      }
      expect(set.size).toBe(names.size);
      expect(set.has(...other)).toBe(names.has(name(other)));
      const copy = set.copy();
      for (const digest of added) expect(copy.has(...digest)).toBe(true);
    }),
  );
});

test("twenty thousand digests are all there, and no others", () => {
  const digest = (text: string): [number, number] => {
    const bytes = createHash("sha256").update(text).digest();
    return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  };
  const set = new DigestSet();
  for (let index = 0; index < 20_000; index += 1) set.add(...digest(`in-${index}`));
  expect(set.size).toBe(20_000);
  for (let index = 0; index < 20_000; index += 1) {
    if (!set.has(...digest(`in-${index}`))) throw new Error(`in-${index} is missing`);
    if (set.has(...digest(`out-${index}`))) throw new Error(`out-${index} was never added`);
  }
});
