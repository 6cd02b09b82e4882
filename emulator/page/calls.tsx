import type { LedgerEntry } from "../ledger";
import type { World } from "../world";
import { Cell, Heads, Nothing } from "./cell";
import { Moment } from "./moment";

const labels = ["Time", "Call", "Instance", "Effect", "Answer", "Fault"];
const shownCalls = 30;
const shownIds = 3;

/** The end of the ledger, the latest row first. */
export function Calls({ world }: { world: World }) {
  const entries = world.ledger.entries();
  if (entries.length === 0) return <p class="empty">No calls yet.</p>;
  return (
    <table role="table" aria-label="Last calls">
      <Heads labels={labels} />
      <tbody role="rowgroup">
        {entries
          .slice(-shownCalls)
          .reverse()
          .map((entry) => (
            <tr role="row">
              <Cell label="Time">
                <Moment ms={Date.parse(entry.at)} to="second" />
              </Cell>
              <Cell label="Call">{entry.action === "" ? "(none named)" : entry.action}</Cell>
              <Cell label="Instance">
                <Ids ids={instanceIdsOf(entry.params)} />
              </Cell>
              <Cell label="Effect">{entry.effect === "none" ? <Nothing /> : entry.effect}</Cell>
              <Cell label="Answer">
                <Answer entry={entry} />
              </Cell>
              <Cell label="Fault">{entry.fault === null ? <Nothing /> : <code>{entry.fault}</code>}</Cell>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Ids({ ids }: { ids: string[] }) {
  if (ids.length === 0) return <Nothing />;
  const rest = ids.length - shownIds;
  return (
    <>
      {ids.slice(0, shownIds).map((id) => (
        <div>
          <code>{id}</code>
        </div>
      ))}
      {rest > 0 && <div class="note">and {rest} more</div>}
    </>
  );
}

function Answer({ entry: { action, status, code } }: { entry: LedgerEntry }) {
  // Nobody is answered when the clock or a hand moves things; a request without an answer is worth a word.
  if (status === null) return /^(control|timer):/.test(action) ? <Nothing /> : "no answer";
  return (
    <>
      {status}
      {code !== null && <div class={status < 400 ? "note" : "refused"}>{code}</div>}
    </>
  );
}

/** InstanceId, InstanceId.N, and the JSON list of InstanceIds, which may be anything that a client sent. */
export function instanceIdsOf(params: Record<string, string>): string[] {
  const named = Object.entries(params).filter(([name]) => /^InstanceId(\.\d+)?$/.test(name));
  const ids = named.map(([, id]) => id);
  const list = params["InstanceIds"];
  return list === undefined ? ids : [...ids, ...(list.match(/[^[\]",\s]+/g) ?? [])];
}
