import { hasReleaseTime } from "./has-release-time";
import { own, plainObject } from "./plain-object";

/** Tags that a scaling group or a cluster gives its members. To name one in `expect.tags` says that membership is known. */
const ownerTags = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"];

/** Where protection is lifted from a machine that is going to be released, this is seen and said. Pure. */
export function liftedProtection(inputs: unknown): readonly string[] {
  if (!hasReleaseTime(inputs)) return [];
  const tags = Object.keys(plainObject(own(own(inputs, "expect"), "tags")));
  return [
    ...(own(own(inputs, "release"), "deletionProtection") === "lift"
      ? [
          'release.deletionProtection: "lift" lets a protected machine go; leave it out, and switch protection off by hand when it may go',
        ]
      : []),
    ...ownerTags
      .filter((tag) => tags.includes(tag))
      .map(
        (tag) =>
          `expect.tags: naming ${tag} lets a member of a scaling group or cluster go, which will buy another; scale that down instead, and leave the tag out`,
      ),
  ];
}
