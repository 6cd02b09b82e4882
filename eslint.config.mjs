import tseslint from "typescript-eslint";

const noClockNorRandom = [
  "error",
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: "core/ is pure: take nowMs as an argument.",
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "core/ is pure: take nowMs as an argument.",
  },
  { selector: "CallExpression[callee.name='Date']", message: "core/ is pure: take nowMs as an argument." },
  { selector: "MemberExpression[object.property.name='Now']", message: "core/ is pure: Temporal.Now is a clock." },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: "core/ is pure: no random." },
  {
    selector: "Identifier[name=/^(setTimeout|setInterval|performance|crypto|process|console)$/]",
    message: "core/ is pure: nothing of the outside.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/**",
      "dist/**",
      "engine/vendor/**",
      "**/*.d.mts",
      "examples/with-alicloud-instance/**",
      "examples/peak-capacity/**",
    ],
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ["./test/tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // The vendor's client is a CommonJS class: this is the way TypeScript has for it.
      "@typescript-eslint/no-require-imports": ["error", { allowAsImport: true }],
    },
  },
  { files: ["provider/core/**/*.ts"], rules: { "no-restricted-syntax": noClockNorRandom } },
  {
    // Errors that are thrown cross the wire to Pulumi, which knows Errors only.
    files: ["provider/**/*.ts"],
    rules: { "@typescript-eslint/only-throw-error": "error" },
  },
);
