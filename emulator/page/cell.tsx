import type { Child } from "hono/jsx";

/**
 * A cell that carries its column's name: on a narrow screen each row becomes a list, and the stylesheet shows that name.
 * The roles say again what the elements are, because a cell that is laid out as a block may lose its meaning.
 */
export function Cell({ label, children }: { label: string; children?: Child }) {
  return (
    <td role="cell" data-label={label}>
      <div>{children}</div>
    </td>
  );
}

export function Heads({ labels }: { labels: readonly string[] }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {labels.map((label) => (
          <th role="columnheader" scope="col">
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Where there is nothing to say. */
export function Nothing() {
  return <span class="nothing">–</span>;
}
