import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { World } from "../world";
import { htmxSource } from "./htmx-source";
import { icon } from "./icon";
import { liveScript } from "./live-script";
import { stepClock } from "./clock-step";
import { Page, queryOf } from "./page";
import { PartElement, partsOf } from "./parts";
import { style } from "./style";

/**
 * The page for people: `/` and what it needs under `/page`. Whoever mounts it checks Host and Origin first, as the
 * buttons change the world.
 */
export function pageRoutes(world: World): Hono {
  const app = new Hono();

  app.use("/", headers);
  app.use("/page/*", headers);
  app.use("/", notKept);
  app.use("/page/*", notKept);

  app.get("/", (context) => {
    const filter = context.req.query("q") ?? "";
    return context.html(<Page parts={partsOf(world, filter)} filter={filter} />);
  });

  app.get("/page/parts", (context) => {
    const filter = context.req.query("q") ?? "";
    // A reload shall show what the filter shows now; the page's own refreshing leaves the address alone.
    if (context.req.header("hx-trigger") === "filter") context.header("HX-Replace-Url", `/${queryOf(filter)}`);
    return changedParts(context, world, filter, context.req.queries("seen") ?? []);
  });

  app.post("/page/clock", async (context) => {
    const form = await context.req.parseBody({ all: true });
    stepClock(world, textsOf(form["by"])[0] ?? "");
    // The page's own request knows the filter as it is typed; a plain form has it in its address.
    const filter = textsOf(form["q"])[0] ?? context.req.query("q") ?? "";
    if (context.req.header("hx-request") !== "true") return context.redirect(`/${queryOf(filter)}`, 303);
    return changedParts(context, world, filter, textsOf(form["seen"]));
  });

  app.get("/page/style.css", (context) => context.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/page/icon.svg", (context) => context.body(icon, 200, { "content-type": "image/svg+xml" }));
  app.get("/page/live.js", (context) => script(context, liveScript));
  app.get("/page/htmx.js", (context) => script(context, htmxSource()));

  return app;
}

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  // With no-referrer a browser sends `Origin: null` with the page's own forms, and they would be refused.
  referrerPolicy: "same-origin",
  // Loopback has no TLS.
  strictTransportSecurity: false,
});

/** The next emulator on this port may be another version with another world. */
async function notKept(context: Context, next: () => Promise<void>): Promise<void> {
  await next();
  context.header("Cache-Control", "no-store");
}

function script(context: Context, source: string): Response {
  return context.body(source, 200, { "content-type": "text/javascript; charset=utf-8" });
}

/** The texts of a form's field, which may be there several times, or be no text at all. */
function textsOf(field: unknown): string[] {
  return (Array.isArray(field) ? field : [field]).filter((value) => typeof value === "string");
}

/** The parts of which the browser doesn't show this state yet, each to be put in its place; 204 when it shows all. */
function changedParts(context: Context, world: World, filter: string, seen: string[]): Response | Promise<Response> {
  const changed = Object.values(partsOf(world, filter)).filter((part) => !seen.includes(part.seen));
  if (changed.length === 0) return context.body(null, 204);
  return context.html(
    <>
      {changed.map((part) => (
        <PartElement part={part} />
      ))}
    </>,
  );
}
