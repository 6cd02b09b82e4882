import { Hono } from "hono";
import type { World } from "./world";
import type { WorldSnapshot } from "./world-snapshot";

/** More would fill the memory of a long run unseen. */
const mostKept = 1000;

/** `/snapshots` of the control port: the world is kept under an id, and put back as often as one likes. */
export function snapshotRoutes(world: World): Hono {
  const kept = new Map<string, WorldSnapshot>();
  let lastId = 0;
  const routes = new Hono();

  routes.get("/", (context) => context.json({ snapshots: Array.from(kept, ([id, one]) => about(id, one)) }));
  routes.post("/", (context) => {
    if (kept.size >= mostKept) {
      return context.json({ error: `There are ${mostKept} snapshots; delete some of them first.` }, 409);
    }
    const snapshot = world.snapshot();
    const id = String(++lastId);
    kept.set(id, snapshot);
    return context.json(about(id, snapshot));
  });
  routes.get("/:id", (context) => {
    const id = context.req.param("id");
    const snapshot = kept.get(id);
    return snapshot === undefined ? context.json(unknown(id), 404) : context.json(about(id, snapshot));
  });
  routes.put("/:id", (context) => {
    const id = context.req.param("id");
    const snapshot = kept.get(id);
    if (snapshot === undefined) return context.json(unknown(id), 404);
    world.restore(snapshot);
    return context.json(about(id, snapshot));
  });
  routes.delete("/:id", (context) => {
    const id = context.req.param("id");
    return kept.delete(id) ? context.json({}) : context.json(unknown(id), 404);
  });
  return routes;
}

function about(id: string, { nowMs, ledger, compute }: WorldSnapshot): Record<string, unknown> {
  return { id, now: new Date(nowMs).toISOString(), lastRow: ledger.lastN, instances: compute.size };
}

function unknown(id: string): { error: string } {
  return { error: `There is no snapshot ${id}.` };
}
