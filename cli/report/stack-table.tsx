import type { Report } from "./report";
import { stackTable } from "./stack-reports";

/** On the page; only where there are several stacks. */
export function StackTable({ report }: { report: Report }) {
  const stacks = stackTable(report);
  if (stacks === undefined) return null;
  const [first = "", ...others] = stacks.head;
  return (
    <section>
      <h2>Stacks</h2>
      <table>
        <thead>
          <tr>
            {[first, ...others].map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stacks.rows.map(([name, ...cells]) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell, index) => (
                <td data-head={others[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
