import { hasReleaseTime } from "./has-release-time";
import { own } from "./plain-object";
import { productionExample, productionTagOf, purposeOf } from "./production-tag";

/**
 * A machine that is not for production has an end. Its tags are not in the inputs: only `expect.tags` says what they are. Where
 * that doesn't name the tag nobody can tell, and `undeclared: "refuse"` asks for it. Pure.
 */
export function lifecycleWithoutReleaseTime(inputs: unknown, config: unknown): readonly string[] {
  const expect = own(inputs, "expect");
  // ECS sets no release time for a subscription, which has an end of its own.
  if (hasReleaseTime(inputs) || own(expect, "chargeType") === "PrePaid") return [];
  const tag = productionTagOf(config);
  const key = JSON.stringify(tag.tagKey);
  switch (purposeOf(own(expect, "tags"), tag)) {
    case "production":
      return [];
    case "other":
      return [
        `autoReleaseAfter: not declared, and tag ${key} in expect.tags does not mark production; declare autoReleaseAfter, autoReleaseAt or schedule.life.releaseAfter`,
      ];
    case "unmarked":
      if (own(config, "undeclared") !== "refuse") return [];
      return [
        `expect.tags: does not say by tag ${key} whether this machine is for production; declare expect.tags ${productionExample(tag)} if it is, or autoReleaseAfter if it is not`,
      ];
  }
}
