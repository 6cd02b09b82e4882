import type { World } from "../world";
import { Moment } from "./moment";
import { nextRelease } from "./next-release";
import { timeLeft } from "./time-left";

/** The world's time, and the release that comes next. */
export function Clock({ world }: { world: World }) {
  const nowMs = world.now();
  const next = nextRelease(world);
  return (
    <>
      <p class="now">
        <Moment ms={nowMs} to="second" />
      </p>
      <p class="note">{kindOf(world, nowMs)}</p>
      <p class="note">
        {next === undefined ? (
          "No instance has a release time."
        ) : (
          <>
            Next release: <code>{next.instanceId}</code> in {timeLeft(next.atMs - nowMs)} (
            <Moment ms={next.atMs} to="minute" />)
          </>
        )}
      </p>
    </>
  );
}

function kindOf(world: World, nowMs: number): string {
  if (world.clock.kind === "virtual") return "Virtual clock: it stands still until it is moved.";
  const aheadMs = nowMs - world.machineNow();
  return aheadMs < 1000
    ? "Real clock: the machine's time."
    : `Real clock: ${timeLeft(aheadMs)} ahead of the machine's time.`;
}
