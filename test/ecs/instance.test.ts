import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { toPresent } from "../../provider/ecs/instance";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

it("what is kept of an instance doesn't keep the answer in which it stood", () => {
  const before = heapMb();
  const kept = Array.from({ length: 50 }, (_, index) => {
    const answer = `${index}${"-".repeat(1_000_000)}`;
    const words = ["i-bp67acfmxazb4p0001", "51d1353b-22bf-4567-a176-8b3e12e43135", "a name of an instance"];
    // As a parser takes its texts from the answer.
    const [InstanceId, SerialNumber, InstanceName] = words.map((word) => (answer + word).slice(-word.length));
    return toPresent({ InstanceId, SerialNumber, InstanceName });
  });
  expect(kept.map((present) => present?.instanceName)).toEqual(kept.map(() => "a name of an instance"));
  expect(heapMb() - before).toBeLessThan(5);
});
