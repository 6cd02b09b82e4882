import { type ChosenFleet, shownStatuses } from "./chosen-fleet";
import { StatusMark } from "./status-mark";

/** How many there are of each status; each is a link to those. */
export function Counts({ fleet: { total, counts } }: { fleet: ChosenFleet }) {
  return (
    <ul class="counts" aria-label="Instances per status">
      <li>
        <a href="/">
          <span class="status">All</span> <strong>{total}</strong>
        </a>
      </li>
      {shownStatuses.map((status) => (
        <li class={counts[status] === 0 ? "zero" : ""}>
          <a href={`/?q=${status}`}>
            <StatusMark status={status} /> <strong>{counts[status]}</strong>
          </a>
        </li>
      ))}
    </ul>
  );
}
