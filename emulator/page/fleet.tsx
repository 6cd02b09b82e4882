import type { Held } from "../held";
import type { Instance } from "../model";
import type { World } from "../world";
import { Cell, Heads, Nothing } from "./cell";
import { type ChosenFleet, shownStatus } from "./chosen-fleet";
import { Moment } from "./moment";
import { StatusMark } from "./status-mark";
import { timeLeft } from "./time-left";

const labels = ["Status", "Instance", "Region and zone", "Charge", "Protection and locks", "Release", "Snapshots"];

/** One row per instance, the first hundred that match. */
export function Fleet({ world, fleet, filter }: { world: World; fleet: ChosenFleet; filter: string }) {
  const { shown } = fleet;
  if (shown.length === 0) return <p class="empty">{shownOf(fleet, filter)}</p>;
  const snapshots = snapshotsInProgress(world);
  return (
    <>
      <p class="note">{shownOf(fleet, filter)}</p>
      <table role="table" aria-label="Instances">
        <Heads labels={labels} />
        <tbody role="rowgroup">
          {shown.map((held) => (
            <Row world={world} held={held} snapshots={snapshots.get(held.instance.InstanceId) ?? 0} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function shownOf({ total, matching, shown }: ChosenFleet, filter: string): string {
  if (total === 0) return "There are no instances.";
  const whole = filter === "" ? instances(total) : `${matching} of ${instances(total)} contain “${filter}”`;
  if (matching === 0) return `None of ${instances(total)} contains “${filter}”.`;
  if (shown.length === matching) return `${whole}.`;
  return `${whole}; the first ${shown.length} are shown. Narrow it down with the filter.`;
}

function instances(count: number): string {
  return `${count} ${count === 1 ? "instance" : "instances"}`;
}

function Row({ world, held, snapshots }: { world: World; held: Held; snapshots: number }) {
  const { instance, released } = held;
  const locks = instance.OperationLocks.LockReason.map(({ LockReason }) => LockReason);
  return (
    <tr role="row" data-instance={instance.InstanceId}>
      <Cell label="Status">
        <StatusMark status={shownStatus(held)} />
        {released && <div class="note">still listed</div>}
        {!released && !world.compute.isVisible(held) && <div class="note">not listed yet</div>}
      </Cell>
      <Cell label="Instance">
        {instance.InstanceName !== "" && <div class="name">{instance.InstanceName}</div>}
        <code>{instance.InstanceId}</code>
      </Cell>
      <Cell label="Region and zone">
        <div class="whole">{instance.RegionId}</div>
        <div class="note whole">{instance.ZoneId}</div>
      </Cell>
      <Cell label="Charge">
        {instance.InstanceChargeType}
        {instance.SpotStrategy !== "NoSpot" && <div class="note whole">spot: {instance.SpotStrategy}</div>}
        {shownStatus(held) === "Stopped" && <div class="note">{stoppedMode(instance)}</div>}
      </Cell>
      <Cell label="Protection and locks">
        {instance.DeletionProtection && <span class="tag">protected</span>}
        {locks.map((lock) => (
          <span class="tag tag-lock">locked: {lock}</span>
        ))}
        {!instance.DeletionProtection && locks.length === 0 && <Nothing />}
      </Cell>
      <Cell label="Release">
        <Release instance={instance} released={released} nowMs={world.now()} />
      </Cell>
      <Cell label="Snapshots">{snapshots === 0 ? <Nothing /> : `${snapshots} in progress`}</Cell>
    </tr>
  );
}

/** Only economical mode and its opposite say something; others have no choice. */
function stoppedMode({ StoppedMode }: Instance): string {
  return StoppedMode === "Not-applicable" ? "stopped mode not applicable" : StoppedMode;
}

function Release({ instance, released, nowMs }: { instance: Instance; released: boolean; nowMs: number }) {
  if (released || (instance.AutoReleaseTime === "" && instance.reclaimAt === "")) return <Nothing />;
  return (
    <>
      {instance.AutoReleaseTime !== "" && (
        <Countdown what="released" atMs={Date.parse(instance.AutoReleaseTime)} nowMs={nowMs} />
      )}
      {instance.reclaimAt !== "" && (
        <Countdown what="interrupted" atMs={Date.parse(instance.reclaimAt)} nowMs={nowMs} />
      )}
    </>
  );
}

function Countdown({ what, atMs, nowMs }: { what: "released" | "interrupted"; atMs: number; nowMs: number }) {
  return (
    <div>
      {atMs > nowMs ? `${what} in ${timeLeft(atMs - nowMs)}` : `${what} since`}
      <div class="note">
        <Moment ms={atMs} to="minute" />
      </div>
    </div>
  );
}

function snapshotsInProgress(world: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { instanceId, Status } of world.storage.snapshots.items()) {
    if (Status === "progressing") counts.set(instanceId, (counts.get(instanceId) ?? 0) + 1);
  }
  return counts;
}
