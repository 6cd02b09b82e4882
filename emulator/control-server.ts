import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { pageRoutes } from "./page/page-routes";
import { settingRoutes } from "./setting-routes";
import { snapshotRoutes } from "./snapshot-routes";
import { parseFault, parseInstance, parseWorld, WorldFileError } from "./world-file";
import type { World } from "./world";

/** The second port: looking into the world and reaching into it. JSON over HTTP for programs, a page for people on this machine. */
export function createControlServer(world: World): Server {
  const app = createControlApp(world);
  // The listener must not replace Request and Response in the process of whoever embeds the emulator.
  const listener = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false });
  return createServer((incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
}

export function createControlApp(world: World): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    // A web page that the user happens to have open can reach loopback ports too: it is told apart by its Origin, and a
    // name that was rebound to 127.0.0.1 by its Host.
    const host = context.req.header("host") ?? "";
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) {
      return context.json({ error: "The Host header must be 127.0.0.1 or localhost." }, 403);
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`) {
      return context.json({ error: "Requests from another origin are refused." }, 403);
    }
    await next();
    return undefined;
  });

  app.onError((error, context) => {
    const isTheirs = error instanceof WorldFileError || error instanceof RangeError || error instanceof SyntaxError;
    return context.json({ error: error.message }, isTheirs ? 400 : 500);
  });
  app.notFound((context) =>
    context.json(
      {
        error:
          "Known: /world, /reset, /clock, /faults, /holds, /ledger, /instances, /lag, /snapshots, /throttle; see emulator/README.md.",
      },
      404,
    ),
  );

  app.route("/", pageRoutes(world));

  app.get("/world", (context) => context.json(world.toFile()));
  app.put("/world", async (context) => {
    world.replaceWith(parseWorld(await context.req.json()));
    return context.json({ instances: [...world.compute.all()].length });
  });

  app.post("/reset", (context) => {
    world.reset();
    return context.json({});
  });

  app.route("/", settingRoutes(world));
  app.route("/snapshots", snapshotRoutes(world));

  app.get("/clock", (context) => context.json(clock(world)));
  app.post("/clock", async (context) => {
    const body: unknown = await context.req.json();
    const ms = typeof body === "object" && body !== null && "advanceMs" in body ? body.advanceMs : undefined;
    if (typeof ms !== "number") throw new RangeError('The body must be {"advanceMs": milliseconds}.');
    world.advance(ms);
    return context.json(clock(world));
  });

  app.get("/faults", (context) => context.json({ faults: world.faults.list() }));
  app.post("/faults", async (context) => {
    const body: unknown = await context.req.json();
    const rules = Array.isArray(body) ? body.map(parseFault) : [parseFault(body)];
    return context.json({ faults: rules.map((rule) => world.addFault(rule)) });
  });
  app.delete("/faults", (context) => {
    world.clearFaults();
    return context.json({ faults: [] });
  });

  app.get("/holds", (context) => context.json({ holds: world.holds.list() }));
  app.delete("/holds/:name", (context) => {
    const name = context.req.param("name");
    const released = world.holds.release(name);
    return released === 0 ? context.json({ error: `No call is held at ${name}.` }, 404) : context.json({ released });
  });

  app.get("/ledger", (context) => {
    world.settle();
    const { action, since } = context.req.query();
    return context.json({ entries: world.ledger.entries({ action, since }) });
  });

  app.post("/instances", async (context) => {
    const body: unknown = await context.req.json();
    const all = Array.isArray(body) ? body.map(parseInstance) : [parseInstance(body)];
    return context.json({ instances: all.map((fields) => world.putInstance(fields)) });
  });
  app.delete("/instances/:id", (context) => {
    const instanceId = context.req.param("id");
    if (!world.releaseInstance(instanceId)) return context.json({ error: `There is no instance ${instanceId}.` }, 404);
    return context.json({});
  });

  return app;
}

function clock(world: World): { kind: string; now: string } {
  return { kind: world.clock.kind, now: new Date(world.now()).toISOString() };
}
