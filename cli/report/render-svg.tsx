import type { Theme } from "./picture-colors";
import type { Report } from "./report";
import { markup } from "./markup";
import { WeekPicture } from "./week-picture";

/** One picture for itself, for a README or a page. */
export function renderSvg(report: Report, theme: Theme): string {
  return `${markup(<WeekPicture report={report} theme={theme} />)}\n`;
}
