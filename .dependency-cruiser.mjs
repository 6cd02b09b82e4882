/** Who may import whom. Each comment says what to do instead. */
const forbidden = [
  {
    name: "no-circles",
    comment: "Two files that need each other are one file, or a third is missing.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "core-is-alone",
    comment: "core/ decides and knows nothing of the outside: hand it data instead.",
    severity: "error",
    from: { path: "^provider/core/" },
    to: { pathNot: "^provider/core/|^node_modules/(valibot|temporal-polyfill|croner|chinese-days)/" },
  },
  {
    name: "calendars-stay-in-the-program",
    comment: "The provider's process reads no schedule: the program has made `state` of it.",
    severity: "error",
    from: { path: "^provider/(methods|reconcile|ecs)/|^provider/core/(?!schedule/|normalize-(timed|fleet)\\.ts$)" },
    to: { path: "^provider/core/(schedule/|normalize-timed\\.ts$)" },
  },
  {
    name: "reconcile-sees-core-and-port",
    comment: "reconcile/ acts through the interface in ecs/port.ts: extend that interface instead.",
    severity: "error",
    from: { path: "^provider/reconcile/" },
    to: { pathNot: "^provider/(reconcile|core)/|^provider/ecs/(port|errors)\\.ts$" },
  },
  {
    name: "ecs-knows-the-model-only",
    comment: "ecs/ speaks ECS and translates into the model: decisions belong to core/, waits to reconcile/.",
    severity: "error",
    from: { path: "^provider/ecs/" },
    to: { path: "^provider/", pathNot: "^provider/ecs/|^provider/core/(model|fleet|release-time)\\.ts$" },
  },
  {
    name: "one-door-to-the-vendor",
    comment: "Call ECS through ecs/pop-door.ts: it alone keeps keys out of errors.",
    severity: "error",
    from: { path: "^(provider|cli)/", pathNot: "^provider/ecs/pop-door\\.ts$" },
    to: { path: "^node_modules/@alicloud/(?!credentials/)" },
  },
  {
    name: "one-door-to-the-vendors-keys",
    comment:
      "Ask @alicloud/credentials through ecs/credentials/vendor-library.ts: it loads it late and passes none of its errors on.",
    severity: "error",
    from: { path: "^(provider|cli)/", pathNot: "^provider/ecs/credentials/vendor-library\\.ts$" },
    to: { path: "^node_modules/@alicloud/credentials/" },
  },
  {
    name: "pulumi-stays-at-the-edge",
    comment: "Only the program's side and the engine's client know Pulumi: the rest must work in any other host.",
    severity: "error",
    from: {
      path: "^provider/",
      pathNot: "^provider/(resource|fleet|fleet-members|lifecycle-provider|engine-client)\\.ts$|^provider/program/",
    },
    to: { path: "^node_modules/@pulumi/" },
  },
  {
    name: "shell-is-a-text",
    comment: "What the state holds must not depend on anything.",
    severity: "error",
    from: { path: "^provider/shell\\.ts$" },
    to: { path: ".*" },
  },
  {
    name: "the-program-does-not-act",
    comment: "The program's side looks and counts: writes belong to the provider.",
    severity: "error",
    from: { path: "^provider/(program/|(resource|fleet|fleet-members|lifecycle-provider|index)\\.ts$)" },
    to: { path: "^provider/(lifecycle|provider)\\.ts$|^provider/reconcile/" },
  },
  {
    name: "the-provider-does-not-look-back",
    comment: "The provider runs without the program: hand it over in run-info.ts instead.",
    severity: "error",
    from: { path: "^provider/(lifecycle|provider|engine-client)\\.ts$|^provider/methods/" },
    to: { path: "^provider/(program/|(resource|fleet|fleet-members|lifecycle-provider|index)\\.ts$)" },
  },
  {
    name: "rooms-are-apart",
    comment:
      "provider/ and emulator/ share no code, so that they can disagree; neither needs cli/, engine/, story/, lab/ or test/. What a command needs too belongs into provider/.",
    severity: "error",
    from: { path: "^(provider|emulator)/" },
    to: { path: "^(provider|emulator|cli|engine|story|lab|release|test|examples)/", pathNot: "^$1/" },
  },
  {
    name: "the-command-uses-what-is-published",
    comment: "cli/ is part of the package: what it needs has to stand in cli/ or provider/.",
    severity: "error",
    from: { path: "^cli/" },
    to: { path: "^(engine|story|lab|release|test|examples)/|^index\\.ts$" },
  },
  {
    name: "the-command-only-starts-the-emulator",
    comment: "Ask over HTTP, as of any other ECS: only the subcommand `emulator` may load emulator/.",
    severity: "error",
    from: { path: "^cli/", pathNot: "^cli/emulator-command\\.ts$" },
    to: { path: "^emulator/" },
  },
  {
    name: "the-report-only-reads",
    comment:
      "cli/report/ tells what is recorded and previewed, and asks ECS nothing: take a pure function of provider/core/, or read it from the input.",
    severity: "error",
    from: { path: "^cli/report/" },
    to: {
      path: "^(provider|emulator|engine|story|lab|test|examples|cli)/",
      pathNot: "^(provider/core|cli/report)/|^cli/[^/]+\\.ts$",
    },
  },
  {
    name: "the-report-calls-no-cloud",
    comment: "Neither the vendor's client nor Pulumi's SDK is needed to report: `pulumi stack export` is a command.",
    severity: "error",
    from: { path: "^cli/report/" },
    to: { path: "^node_modules/(@alicloud|@pulumi)/" },
  },
  {
    name: "the-judge-asks-nobody",
    comment:
      "lab/judge/ takes the emulator's ledger and the declarations: what the provider thinks of itself is no evidence.",
    severity: "error",
    from: { path: "^lab/judge/" },
    to: { path: "^(provider|engine|story|test|examples)/|^lab/(model|explore|memory|wire|process|engine)/" },
  },
  {
    name: "engine-stands-alone",
    comment: "engine/ runs before anything is installed or built.",
    severity: "error",
    from: { path: "^engine/" },
    to: { path: "^(provider|emulator|cli|story|test|examples)/" },
  },
  {
    name: "release-looks-from-outside",
    comment:
      "release/ judges what is built and packed: read files of dist/ or the tarball instead of importing sources.",
    severity: "error",
    from: { path: "^release/" },
    to: { path: "^(provider|emulator|cli|engine|story|lab|test|examples)/" },
  },
  {
    name: "users-use-the-package",
    comment: "Programs use the package by its name, as users do.",
    severity: "error",
    from: { path: "^(index\\.ts$|examples/)" },
    to: { path: "^(provider|emulator|cli|engine|story|test|policy)/" },
  },
  {
    name: "the-pack-stands-alone",
    comment: "policy/ is copied to where programs are: write what a rule needs into policy/rules/.",
    severity: "error",
    from: { path: "^policy/" },
    to: { pathNot: "^policy/|^node_modules/@pulumi/policy/" },
  },
  {
    name: "policy-rules-are-pure",
    comment: "policy/rules/ decides about plain data: policy/index.ts hands it over.",
    severity: "error",
    from: { path: "^policy/rules/" },
    to: { pathNot: "^policy/rules/" },
  },
  {
    name: "nothing-undeclared",
    comment: "Declare the package in package.json.",
    severity: "error",
    from: { path: "^(provider|emulator|cli|story|lab)/" },
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "undetermined", "unknown"] },
  },
];

export default {
  forbidden,
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    preserveSymlinks: true,
    exclude: { path: "^dist/|^engine/language-host/node_modules|^engine/vendor" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["types", "node", "require", "import", "default"],
    },
  },
};
