import type { coloursFor } from "../colours";
import type { Answer, Area, Finding } from "./finding";

const titles: Readonly<Record<Area, string>> = { machine: "Machine", connection: "Connection", rights: "Rights" };
const answerWidth = 9;

/** The findings as lines for people, one for each and one more where there is something to do. Pure. */
export function describeFindings(findings: readonly Finding[], colours: ReturnType<typeof coloursFor>): string {
  const paint: Readonly<Record<Answer, (text: string) => string>> = {
    yes: colours.green,
    no: colours.red,
    unknown: colours.yellow,
  };
  const checkWidth = Math.max(...findings.map(({ check }) => check.length)) + 2;
  const lines = (["machine", "connection", "rights"] as const).flatMap((area) => [
    colours.bold(titles[area]),
    ...findings
      .filter((finding) => finding.area === area)
      .flatMap(({ answer, check, detail, remedy }) => [
        `  ${paint[answer](answer.padEnd(answerWidth))}${check.padEnd(checkWidth)}${detail}`,
        ...(remedy === undefined ? [] : [`  ${" ".repeat(answerWidth + checkWidth)}-> ${remedy}`]),
      ]),
  ]);
  return `${[...lines, summary(findings)].join("\n")}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Answer) => findings.filter(({ answer }) => answer === wanted).length;
  const policies = count("unknown") === 0 ? "" : "; the policies that are needed are in docs/safety.md";
  return `${count("yes")} yes, ${count("no")} no, ${count("unknown")} unknown${policies}`;
}
