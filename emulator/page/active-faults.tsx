import { type ActiveFault, labelOf } from "../faults";
import type { World } from "../world";
import { Cell, Heads } from "./cell";

const labels = ["Call", "Instance", "What happens", "When", "Seen and hit"];

/** The rules in force. One that has had all its calls stays in the list, as spent. */
export function ActiveFaults({ world }: { world: World }) {
  const faults = world.faults.list();
  if (faults.length === 0) return <p class="empty">No faults.</p>;
  return (
    <table role="table" aria-label="Faults">
      <Heads labels={labels} />
      <tbody role="rowgroup">
        {faults.map((fault) => (
          <tr role="row" class={isSpent(fault) ? "spent" : ""}>
            <Cell label="Call">{fault.action ?? "every call"}</Cell>
            <Cell label="Instance">
              {fault.instanceId === undefined ? "every instance" : <code>{fault.instanceId}</code>}
            </Cell>
            <Cell label="What happens">
              <code>{labelOf(fault.then)}</code>
            </Cell>
            <Cell label="When">{whenOf(fault)}</Cell>
            <Cell label="Seen and hit">
              {`${fault.seen} seen, ${fault.applied} hit`}
              {isSpent(fault) && <span class="tag">spent</span>}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function timesOf(fault: ActiveFault): number | "always" {
  return fault.times ?? (fault.probability === undefined ? 1 : "always");
}

function isSpent(fault: ActiveFault): boolean {
  const times = timesOf(fault);
  return times !== "always" && fault.applied >= times;
}

function whenOf(fault: ActiveFault): string {
  const times = timesOf(fault);
  const from = fault.nth === undefined || fault.nth === 1 ? "" : `from call ${fault.nth} on, `;
  const often = times === "always" ? "always" : times === 1 ? "once" : `${times} times`;
  const chance = fault.probability === undefined ? "" : `, with probability ${fault.probability}`;
  return `${from}${often}${chance}`;
}
