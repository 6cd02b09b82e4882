/** The page's only style. Colours are pairs that keep a contrast of 4.5 to 1, in the light and in the dark. */
export const style = `
:root {
  --ground: #f6f5f2; --panel: #ffffff; --line: #dcdad4; --text: #23262b; --soft: #5b6069;
  --accent: #1f5fa8; --banner: #fbe9b7; --banner-text: #4d3800; --bad: #a92a22; --tag: #eceae4;
  --go: #1a7f4b; --wait: #b36b00; --rest: #7b818b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --panel: #1d2024; --line: #343940; --text: #e4e6e9; --soft: #a2a9b3;
    --accent: #86b7ee; --banner: #453810; --banner-text: #fbe6ac; --bad: #ff9a90; --tag: #2d3138;
    --go: #4cc38a; --wait: #f0ab4b; --rest: #868d97;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { color-scheme: light dark; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "Open Sans", sans-serif;
}
p { margin: 0; }
a { color: var(--accent); }
code { font: 0.9em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.banner { background: var(--banner); color: var(--banner-text); padding: 6px 20px; font-size: 14px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 24px; padding: 14px 20px 0; }
h1 { font-size: 20px; font-weight: 650; margin: 0; }
#live { margin-left: auto; color: var(--soft); font-size: 14px; }
#live label { display: inline-flex; align-items: center; gap: 6px; }
#stale { margin: 12px 20px 0; padding: 8px 12px; border: 1px solid var(--bad); border-radius: 6px; color: var(--bad); }
main { padding: 14px 20px 40px; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
h2 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 0 0 8px; }
.note, .nothing, .empty { color: var(--soft); }
.note { font-size: 13px; }
.now { font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.counts { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; margin: 0; padding: 0; }
.counts a {
  display: inline-flex; align-items: center; gap: 7px; padding: 2px 10px; border: 1px solid var(--line);
  border-radius: 999px; background: var(--panel); color: var(--text); text-decoration: none; font-size: 14px;
}
.counts a:hover { border-color: var(--accent); }
.counts strong { font-variant-numeric: tabular-nums; }
.counts .zero a { color: var(--soft); background: none; }
.counts .zero strong { font-weight: 400; }
.status { display: inline-flex; align-items: center; gap: 7px; white-space: nowrap; }
.dot { width: 10px; height: 10px; border-radius: 50%; border: 2px solid currentColor; flex: none; }
.dot-running { color: var(--go); background: currentColor; }
.dot-starting, .dot-pending { color: var(--wait); }
.dot-starting { background: linear-gradient(90deg, currentColor 50%, transparent 50%); }
.dot-stopping { color: var(--wait); background: linear-gradient(90deg, transparent 50%, currentColor 50%); }
.dot-stopped { color: var(--rest); border-radius: 2px; background: currentColor; }
.dot-released { color: var(--rest); border-style: dotted; }
.tag {
  display: inline-block; margin: 0 6px 2px 0; padding: 0 7px; border-radius: 4px; background: var(--tag); font-size: 13px;
}
.tag-lock, .refused { color: var(--bad); }
.refused { overflow-wrap: anywhere; }
.spent td { color: var(--soft); }
.spent .tag { margin-left: 8px; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.whole { white-space: nowrap; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.steps { margin-top: 10px; }
.filter { margin-bottom: 8px; }
.filter label { color: var(--soft); font-size: 14px; }
button, input[type="search"] {
  font: inherit; font-size: 14px; color: var(--text); background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; padding: 5px 12px; min-height: 34px;
}
button, input[type="search"] { border-color: var(--rest); }
button { cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
input[type="search"] { flex: 1 1 180px; max-width: 340px; min-width: 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; margin-top: 6px; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); padding: 4px 12px 4px 0; }
td {
  border-top: 1px solid var(--line); padding: 7px 12px 7px 0; vertical-align: top;
  /* Clients write these texts: they may be of any length, without any blank. */
  overflow-wrap: anywhere; min-width: 112px;
}
td:has(code) { min-width: 175px; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (min-width: 1240px) {
  main { grid-template-columns: minmax(0, 5fr) minmax(0, 8fr); }
  .wide { grid-column: 1 / -1; }
}
@media (max-width: 1239px) {
  header, main { padding-left: 12px; padding-right: 12px; }
  .banner { padding: 6px 12px; }
  .panel { padding: 12px; }
  .counts .zero { display: none; }
  #live { margin-left: 0; }
  table, tr { display: block; }
  tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); column-gap: 24px; }
  tr { position: relative; border-top: 1px solid var(--line); padding: 8px 0; }
  td, td:has(code) { border: 0; padding: 2px 0; min-width: 0; }
  td { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 8px; }
  /* Only out of sight: a table for the ear needs its heads, and every cell in its place. */
  thead, td:has(> div > .nothing) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  td::before { content: attr(data-label); color: var(--soft); font-size: 13px; }
  .whole { white-space: normal; }
}
`;
