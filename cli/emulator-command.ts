import { Command } from "commander";

/**
 * `emulator [options…]`: the command `ecs-emulator` in this very process, so that its options, help, signals and exit
 * codes are its own and nothing can be left running behind it.
 */
export function emulatorCommand(): Command {
  return new Command("emulator")
    .summary("start an emulator of ECS on 127.0.0.1 (the same as `ecs-emulator`)")
    .usage("[options of ecs-emulator]")
    .argument("[options...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (options: readonly string[]) => {
      const [node = "", main = ""] = process.argv;
      process.argv = [node, main, ...options];
      await import("../emulator/main.js");
    });
}
