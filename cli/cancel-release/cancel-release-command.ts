import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { defaultRegionId } from "../../provider/ecs/config";
import { connector } from "../../provider/ecs/connect";
import { checkedInstanceId } from "../checked-instance-id";
import { sourcesOf } from "../sources";
import { UsageError } from "../usage-error";
import { withProgress } from "../with-progress";
import { cancelRelease } from "./cancel-release";
import { confirm } from "./confirm";

interface Options {
  readonly region?: string;
  readonly profile?: string;
  readonly yes?: true;
}

/** `cancel-release ID`: cancels the automatic release time of one instance. Exit 0 when none is in force any more. */
export function cancelReleaseCommand(): Command {
  return new Command("cancel-release")
    .summary("cancel the automatic release time of one instance")
    .description(
      "Cancels the time at which ECS releases an instance by itself (ModifyInstanceAutoReleaseTime without a time). Shows what is " +
        "in force before and after, and asks first. Pulumi sets the time again unless its program is changed, too.",
    )
    .argument("<id>", "the instance, such as i-bp67acfmxazb4p")
    .option("--region <id>", "its region, such as cn-hangzhou (default: as the provider finds it)")
    .option("--profile <name>", "use this profile of `aliyun configure`, whatever keys are in the environment")
    .option("-y, --yes", "don't ask; needed where there is no terminal")
    .addHelpText(
      "after",
      "\nExit code: 0 when no release time is in force any more, 1 when one is or may be, 2 for wrong options.",
    )
    .allowExcessArguments(false)
    .action(async (id: string, { region, profile, yes }: Options) => {
      const instanceId = checkedInstanceId("ID", id);
      const { settings, env } = sourcesOf(process.env, { region, profile });
      const regionId = defaultRegionId(settings, env);
      if (regionId === undefined) {
        throw new UsageError("--region: no region is set; give --region, or set ALICLOUD_REGION");
      }
      const terminal = { input: process.stdin, output: process.stderr };
      if (yes !== true && !(terminal.input.isTTY && terminal.output.isTTY)) {
        throw new UsageError("--yes: there is no terminal to ask on; add --yes to cancel without being asked");
      }
      const ended = await cancelRelease(connector(settings, env, () => Date.now())(regionId), instanceId, {
        say: (line) => process.stdout.write(`${line}\n`),
        confirm: async (question) => (yes === true ? true : await confirm(question, terminal)),
        sleep: (ms) => sleep(ms),
        during: withProgress,
      });
      process.exitCode = ended === "declined" ? 1 : 0;
    });
}
