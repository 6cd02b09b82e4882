import type { ShownStatus } from "./chosen-fleet";

/** The status as a word with a dot before it; the dots differ in form too. */
export function StatusMark({ status }: { status: ShownStatus }) {
  return (
    <span class="status">
      <span class={`dot dot-${status.toLowerCase()}`} aria-hidden="true" />
      {status}
    </span>
  );
}
