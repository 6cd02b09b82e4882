/** What htmx has no attribute for: refreshing can be held, and a page that has lost its emulator says so. */
export const liveScript = `"use strict";
const live = document.getElementById("live");
const stale = document.getElementById("stale");
const follow = document.getElementById("follow");
follow.hidden = false;
live.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden || !follow.control.checked) event.preventDefault();
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(failure, () => {
    stale.hidden = false;
  });
}
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) stale.hidden = true;
});
`;
