import { Hono } from "hono";
import type { World } from "./world";
import { parseLag, parseThrottle } from "./world-file";

/** `/throttle` and `/lag` of the control port: what a world file says of them, changed while the world goes on. */
export function settingRoutes(world: World): Hono {
  const routes = new Hono();

  routes.get("/throttle", (context) => context.json({ throttle: world.throttle.rules }));
  routes.put("/throttle", async (context) => {
    world.putThrottle(parseThrottle(await context.req.json()));
    return context.json({ throttle: world.throttle.rules });
  });

  routes.get("/lag", (context) => context.json({ lag: world.lag ?? 0 }));
  routes.put("/lag", async (context) => {
    world.putLag(parseLag(await context.req.json()));
    return context.json({ lag: world.lag ?? 0 });
  });
  return routes;
}
