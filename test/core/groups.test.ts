import { describe, expect, it } from "vitest";
import { groupsOf, namesOf, type Said } from "../../provider/core/groups";

const said = (instanceId: string, text: string, name = ""): Said => ({ instanceId, name, text });

describe("groups", () => {
  it("join what differs by the machine alone, the largest first", () => {
    const groups = groupsOf([
      said("i-1", "i-1 (web-1): running -> stopped\n  1. StopInstance", "web-1"),
      said("i-2", "i-2: stopped -> running\n  1. StartInstance"),
      said("i-3", "i-3 (web-3): running -> stopped\n  1. StopInstance", "web-3"),
    ]);
    expect(groups.map(({ text, members }) => [text, members.map(({ instanceId }) => instanceId)])).toEqual([
      ["running -> stopped\n  1. StopInstance", ["i-1", "i-3"]],
      ["stopped -> running\n  1. StartInstance", ["i-2"]],
    ]);
  });

  it("what is said of several in the same words stays as it is, and names whom it names", () => {
    const text = "state: 3 instances are due, so none is: i-1, i-2, i-3";
    const groups = groupsOf([said("i-1", text), said("i-2", text), said("i-3", text)]);
    expect(groups).toEqual([{ text, members: ["i-1", "i-2", "i-3"].map((id) => said(id, text)) }]);
  });

  it.each([
    [
      "StopInstance i-1 (KeepCharging): state: stopped is declared",
      "StopInstance (KeepCharging): state: stopped is declared",
    ],
    ["StartInstance i-1: declared running, observed stopped", "StartInstance: declared running, observed stopped"],
    ["i-1 is only forgotten", "is only forgotten"],
    ["state: i-1 is locked", "state: it is locked"],
    ["i-1: Call: Code: text", "Call: Code: text"],
  ])("%s", (text, common) => {
    expect(groupsOf([said("i-1", text)])[0]?.text).toBe(common);
  });

  it("an id that begins like another is not taken for it", () => {
    const groups = groupsOf([said("i-1", "state: i-1 is locked"), said("i-10", "state: i-10 is locked")]);
    expect(groups).toHaveLength(1);
    expect(groupsOf([said("i-1", "state: i-10 is locked")])[0]?.text).toBe("state: i-10 is locked");
  });
});

describe("names", () => {
  const many = Array.from({ length: 24 }, (_, n) => said(`i-${n}`, "", n === 0 ? "first" : ""));

  it("are the first twenty, and how many more there are", () => {
    const rows = namesOf(many, false);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toBe("i-0 (first), i-1, i-2, i-3, i-4");
    expect(rows.at(-1)).toMatch(/^and 4 more: .*lifecycle:showAll/);
  });

  it("are all where that is asked for", () => {
    expect(namesOf(many, true).join(", ").split(", ")).toHaveLength(24);
  });
});
