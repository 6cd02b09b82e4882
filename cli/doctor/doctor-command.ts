import { Command } from "commander";
import { coloursFor } from "../colours";
import { checkedInstanceId } from "../checked-instance-id";
import { sourcesOf } from "../sources";
import { stackSettings } from "../stack-settings";
import { withProgress } from "../with-progress";
import { describeFindings } from "./describe-findings";
import { examine } from "./examine";
import { isFine } from "./finding";

interface Options {
  readonly region?: string;
  readonly profile?: string;
  readonly stack?: string;
  readonly instance?: string;
  readonly json?: true;
}

/** `doctor`: what this machine, these credentials and this identity can do. Exit 0 when nothing says no, else 1. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .summary("check credentials, region, clock, rights and versions; changes nothing")
    .description(
      "Checks versions, credentials, region, endpoint, clock and rights, and changes nothing: it makes calls that only read, " +
        "and the dry runs of StopInstance and StartInstance. Each answer is yes, no or unknown.",
    )
    .option(
      "--instance <id>",
      "look whether it is there, and try the rights on it: StopInstance and StartInstance as dry runs",
    )
    .option("--region <id>", "region, such as cn-hangzhou (default: as the provider finds it)")
    .option("--profile <name>", "use this profile of `aliyun configure`, whatever keys are in the environment")
    .option("--stack <name>", "read this Pulumi stack's configuration first, but none of its secrets")
    .option("--json", "print one JSON object: fine, findings")
    .addHelpText("after", "\nExit code: 0 when nothing says no, 1 when something does, 2 for wrong options.")
    .allowExcessArguments(false)
    .action(async (options: Options) => {
      const instanceId = options.instance === undefined ? undefined : checkedInstanceId("--instance", options.instance);
      const { region, profile } = options;
      // Wrong options are told before anything is run.
      sourcesOf(process.env, { region, profile });
      const { env } = process;
      const stack =
        options.stack === undefined
          ? undefined
          : {
              name: options.stack,
              read: await withProgress("reading the stack's configuration", stackSettings(options.stack, env)),
            };
      const sources = sourcesOf(env, { region, profile, stack });
      const findings = await withProgress("asking ECS", examine({ sources, stack, instanceId, env }));
      const fine = isFine(findings);
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ fine, findings }, undefined, 2)}\n`
          : describeFindings(findings, coloursFor(process.stdout)),
      );
      process.exitCode = fine ? 0 : 1;
    });
}
