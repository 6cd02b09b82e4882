import type { Parameters } from "../parameters";
import { parseInstant, toMinuteForm } from "../time-format";
import { filterKeyNotFound, invalidParameter } from "../wire-error";

/** `Filter.N` with CreationStartTime or CreationEndTime and a minute, both included. */
export function readCreationFilter(params: Parameters): (creationTime: string) => boolean {
  const bounds = params.indexesOf("Filter").map((index) => {
    const key = params.text(`Filter.${index}.Key`) ?? "";
    if (key !== "CreationStartTime" && key !== "CreationEndTime") throw filterKeyNotFound();
    const minute = params.text(`Filter.${index}.Value`) ?? "";
    if (!isMinute(minute)) throw invalidParameter(`Filter.${index}.Value`);
    return { isStart: key === "CreationStartTime", minute };
  });
  return (creationTime) => {
    const created = toMinuteForm(creationTime);
    return bounds.every(({ isStart, minute }) => (isStart ? created >= minute : created <= minute));
  };
}

function isMinute(text: string): boolean {
  return text.length === "2017-12-05T22:40Z".length && parseInstant(`${text.slice(0, -1)}:00Z`) !== undefined;
}
