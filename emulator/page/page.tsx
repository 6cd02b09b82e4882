import { raw } from "hono/html";
import { clockSteps } from "./clock-step";
import { type Part, PartElement, type PartId } from "./parts";

/** htmx must neither evaluate text nor add a style of its own: the page's Content-Security-Policy permits neither. */
const htmxConfig = {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  timeout: 10_000,
};

/** What every request of the page says: the filter, and what is shown already. */
const told = "#q, .seen";

/** The whole page. Without JavaScript it is a page of links and forms like any other. */
export function Page({ parts, filter }: { parts: Record<PartId, Part>; filter: string }) {
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>ECS emulator</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="htmx-config" content={JSON.stringify(htmxConfig)} />
          <link rel="icon" href="/page/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/page/style.css" />
          <script src="/page/htmx.js" defer />
          <script src="/page/live.js" defer />
        </head>
        <body>
          <p class="banner">
            <strong>Not Alibaba Cloud.</strong> An emulator on this machine; nothing here is real.
          </p>
          <header>
            <h1>ECS emulator</h1>
            <PartElement part={parts.counts} />
            <div id="live" hx-get="/page/parts" hx-trigger="every 1s" hx-swap="none" hx-include={told}>
              <noscript>Without JavaScript: reload the page to see the state of the moment.</noscript>
              <label id="follow" hidden>
                <input type="checkbox" checked autocomplete="off" /> Follow
              </label>
            </div>
          </header>
          <p id="stale" role="alert" hidden>
            The emulator does not answer. What you see is old.
          </p>
          <main>
            <section aria-labelledby="clock-title" class="panel">
              <h2 id="clock-title">Clock</h2>
              <PartElement part={parts.clock} />
              <form
                class="steps"
                method="post"
                action={`/page/clock${queryOf(filter)}`}
                hx-post="/page/clock"
                hx-swap="none"
                hx-include={told}
                hx-sync="#live:queue all"
              >
                {clockSteps.map(({ by, label }) => (
                  <button type="submit" name="by" value={by}>
                    {label}
                  </button>
                ))}
              </form>
            </section>
            <section aria-labelledby="faults-title" class="panel">
              <h2 id="faults-title">Faults</h2>
              <PartElement part={parts.faults} />
            </section>
            <section aria-labelledby="fleet-title" class="panel wide">
              <h2 id="fleet-title">Instances</h2>
              <form
                id="filter"
                class="filter"
                method="get"
                action="/"
                hx-get="/page/parts"
                hx-trigger="input delay:200ms, submit"
                hx-swap="none"
                hx-include=".seen"
                hx-sync="#live:replace"
              >
                <label for="q">Id, name or status contains</label>
                <input type="search" id="q" name="q" value={filter} autocomplete="off" spellcheck={false} />
                <button type="submit">Filter</button>
              </form>
              <PartElement part={parts.fleet} />
            </section>
            <section aria-labelledby="calls-title" class="panel wide">
              <h2 id="calls-title">Last calls</h2>
              <PartElement part={parts.calls} />
            </section>
          </main>
        </body>
      </html>
    </>
  );
}

/** `?q=…`, or nothing without a filter. */
export function queryOf(filter: string): string {
  return filter === "" ? "" : `?q=${encodeURIComponent(filter)}`;
}
