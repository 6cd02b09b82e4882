/** Of the environment of this machine only what programs need to run: no keys, no region, no proxy, no Pulumi settings. */
const kept = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "PULUMI_ALICLOUD_LIFECYCLE_CACHE", "LANG"];

export function bareEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.includes(name)));
}
