// Runs a Pulumi program without an engine: node run-with-mocks.cjs PROGRAM MOMENT [SECOND PROGRAM]. What it registers is printed as JSON.
// The moment is that of the whole process, which the program asks for what is peak.
const { createRequire } = require("node:module");
const [program, moment, afterwards] = process.argv.slice(2);

const RealDate = Date;
const shiftMs = RealDate.parse(moment) - RealDate.now();
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};

const pulumi = createRequire(program)("@pulumi/pulumi");
const registered = [];
pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, name, inputs });
      return { id: `i-bp1${name.replaceAll(/\W/g, "")}`, state: inputs };
    },
    call: () => ({}),
  },
  "peak-capacity",
  "test",
);
standInForAnEngine(pulumi.runtime.getMonitor());
pulumi.runtime.setAllConfig(
  Object.fromEntries(
    Object.entries(JSON.parse(process.env.CONFIG)).map(([key, value]) => [`peak-capacity:${key}`, value]),
  ),
);
require(program);
if (afterwards !== undefined) require(afterwards);
// Registering goes on for as long as anything is under way.
process.on("exit", () => process.stdout.write(JSON.stringify(registered)));

/** Under mocks our package asks nobody; here it is to look at the emulator, as it does with an engine, so the functions are hidden. */
function standInForAnEngine(monitor) {
  const behind = Object.assign(Object.create(monitor), { mocks: monitor.mocks });
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(monitor))) {
    if (name !== "constructor") monitor[name] = Object.getPrototypeOf(monitor)[name].bind(behind);
  }
  monitor.mocks = undefined;
}
