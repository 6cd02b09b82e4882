import { type PolicyConfigSchema, PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";
import { instancesWithoutReleaseTime } from "./rules/instances-without-release-time";
import { liftedProtection } from "./rules/lifted-protection";
import { type LifecycleRule, lifecycleViolations } from "./rules/lifecycle-violations";
import { lifecycleWithoutReleaseTime } from "./rules/lifecycle-without-release-time";
import { stopKeepsCharging } from "./rules/stop-keeps-charging";
import { switchedOffChecks } from "./rules/switched-off-checks";
import { unnamedRelease } from "./rules/unnamed-release";

const productionTag: PolicyConfigSchema["properties"] = {
  tagKey: { type: "string", minLength: 1, default: "env" },
  productionValues: {
    type: "array",
    items: { type: "string", minLength: 1 },
    minItems: 1,
    default: ["prod", "production"],
  },
};

/** A rule about what one InstanceLifecycle declares, or all members of a fleet. */
function ofLifecycle(
  policy: Omit<ResourceValidationPolicy, "validateResource">,
  violationsOf: LifecycleRule,
): ResourceValidationPolicy {
  return {
    ...policy,
    validateResource: (resource, report) => {
      for (const violation of lifecycleViolations(resource, resource.getConfig(), violationsOf)) report(violation);
    },
  };
}

new PolicyPack("alicloud-lifecycle", {
  policies: [
    ofLifecycle(
      {
        name: "lifecycle-has-release-time",
        description: "A machine that is declared not to be for production has a release time.",
        enforcementLevel: "mandatory",
        configSchema: {
          properties: { ...productionTag, undeclared: { type: "string", enum: ["allow", "refuse"], default: "allow" } },
        },
      },
      lifecycleWithoutReleaseTime,
    ),
    {
      name: "instance-has-release-time",
      description: "An alicloud.ecs.Instance that is not for production has a release time.",
      enforcementLevel: "mandatory",
      configSchema: { properties: productionTag },
      validateStack: (stack, report) => {
        for (const { urn, message } of instancesWithoutReleaseTime(stack.resources, stack.getConfig())) {
          report(message, urn);
        }
      },
    },
    ofLifecycle(
      {
        name: "release-names-its-machine",
        description: "A release says by name or tags which machine is meant.",
        enforcementLevel: "mandatory",
      },
      unnamedRelease,
    ),
    ofLifecycle(
      {
        name: "release-checks-are-on",
        description: "The checks before a release are not switched off.",
        enforcementLevel: "mandatory",
      },
      switchedOffChecks,
    ),
    ofLifecycle(
      {
        name: "lifted-protection-is-seen",
        description: "Where protection is lifted before a release, the preview says so.",
        enforcementLevel: "advisory",
      },
      liftedProtection,
    ),
    ofLifecycle(
      {
        name: "stopped-is-not-charged",
        description: "What is stopped gives its capacity back.",
        enforcementLevel: "advisory",
      },
      stopKeepsCharging,
    ),
  ],
});
