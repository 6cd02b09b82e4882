/**
 * Is `version` ("v3.251.0", "3.250.0-alpha.1") the lowest accepted one or newer? A pre-release counts as its release.
 * @param {string} version
 * @param {string} lowest
 */
export function atLeast(version, lowest) {
  const [have, want] = [version, lowest].map((text) => text.replace(/^v/, "").split(/[.+-]/).map(Number));
  for (let i = 0; i < 3; i++) {
    if (have[i] !== want[i]) return have[i] > want[i];
  }
  return true;
}
