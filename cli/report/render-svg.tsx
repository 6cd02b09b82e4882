import type { Theme } from "./picture-colors";
import type { Report } from "./report";
import { WeekPicture } from "./week-picture";

/** One picture for itself, for a README or a page. */
export function renderSvg(report: Report, theme: Theme): string {
  return `${String(<WeekPicture report={report} theme={theme} />)}\n`;
}
