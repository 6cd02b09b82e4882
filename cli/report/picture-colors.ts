/** `auto`: as the reader's system prefers. */
export type Theme = "auto" | "light" | "dark";

interface Colors {
  readonly ground: string;
  readonly text: string;
  readonly soft: string;
  readonly line: string;
  readonly track: string;
  readonly on: string;
  readonly other: string;
  readonly bad: string;
  readonly now: string;
}

/** Texts keep a contrast of 4.5 to 1 on the ground, in the light and in the dark. */
export const palettes: Readonly<Record<"light" | "dark", Colors>> = {
  light: {
    ground: "#ffffff",
    text: "#1f2328",
    soft: "#59636e",
    line: "#d1d9e0",
    track: "#eef1f4",
    on: "#1a7f4b",
    other: "#8c959f",
    bad: "#c4281c",
    now: "#0550ae",
  },
  dark: {
    ground: "#0d1117",
    text: "#e6edf3",
    soft: "#9aa4af",
    line: "#30363d",
    track: "#1c2229",
    on: "#3fb970",
    other: "#7d8590",
    bad: "#ff8079",
    now: "#79b8ff",
  },
};

/** The palette as custom properties of what a selector selects. */
export function paletteStyle(selector: string, theme: Theme): string {
  const rule = (name: "light" | "dark") =>
    `${selector} { ${Object.entries(palettes[name])
      .map(([key, color]) => `--${key}: ${color};`)
      .join(" ")} color-scheme: ${name}; }`;
  if (theme !== "auto") return rule(theme);
  return `${rule("light")}\n@media (prefers-color-scheme: dark) { ${rule("dark")} }`;
}
