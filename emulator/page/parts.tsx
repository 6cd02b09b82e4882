import { createHash } from "node:crypto";
import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { World } from "../world";
import { ActiveFaults } from "./active-faults";
import { Calls } from "./calls";
import { chosenFleet } from "./chosen-fleet";
import { Clock } from "./clock";
import { Counts } from "./counts";
import { Fleet } from "./fleet";

/** The pieces of the page that change, by the id of their element. */
export type PartId = "clock" | "counts" | "fleet" | "faults" | "calls";

export interface Part {
  id: PartId;
  html: string;
  /** Tells two states of this part apart. The browser sends back those that it shows. */
  seen: string;
}

/** Every part as it is now. */
export function partsOf(world: World, filter: string): Record<PartId, Part> {
  world.settle();
  const fleet = chosenFleet(world, filter);
  return {
    clock: part("clock", <Clock world={world} />),
    counts: part("counts", <Counts fleet={fleet} />),
    fleet: part("fleet", <Fleet world={world} fleet={fleet} filter={filter} />),
    faults: part("faults", <ActiveFaults world={world} />),
    calls: part("calls", <Calls world={world} />),
  };
}

function part(id: PartId, content: HtmlEscapedString | Promise<HtmlEscapedString>): Part {
  // All parts show one moment, so none of them may wait for anything.
  if (content instanceof Promise) throw new TypeError(`The part ${id} is not drawn at once.`);
  const html = content.toString();
  return { id, html, seen: `${id}.${createHash("sha1").update(html).digest("base64url").slice(0, 12)}` };
}

/**
 * A part in its element. Only those that changed are sent again, so that what stands still can be selected and clicked.
 * The field mustn't be filled in by a browser that remembers forms: it has to say what is shown.
 */
export function PartElement({ part: { id, html, seen } }: { part: Part }) {
  return (
    <div id={id} hx-swap-oob="true">
      <input type="hidden" class="seen" name="seen" value={seen} autocomplete="off" />
      {raw(html)}
    </div>
  );
}
