import type { Look } from "./look";
import { passed } from "./look";
import type { Lookup } from "./lookup";
import type { Session } from "./session";
import { SourceFailure } from "./source-failure";
import { fromInstanceRole } from "./vendor-library";

const names = ["alicloud:ecsRoleName", "ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"] as const;
const off = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

/**
 * The role of the ECS instance that this runs on, and only when it is named. Asking the metadata service on suspicion
 * would cost seconds outside ECS before the error that was coming anyway, and there the address belongs to whoever runs
 * that network, who could answer with keys of his own.
 */
export function lookForInstanceRole(lookup: Lookup): Look {
  const found = lookup.first(...names);
  const source = `instance role (${names.join(", ")})`;
  if (found === undefined) return passed(source);
  if (lookup.isOn(off)) return passed(source, `off by ${off}`);
  return {
    kind: "found",
    choice: { text: `instance role ${found.text} of ${found.name}`, open: () => openInstanceRole(found.text, lookup) },
  };
}

/** Without a name the metadata service is asked for it first. */
export async function openInstanceRole(roleName: string | undefined, lookup: Lookup): Promise<Session> {
  if (lookup.isOn(off)) throw new SourceFailure(`the metadata service is off by ${off}`);
  try {
    return await fromInstanceRole(roleName, lookup.isOn("ALIBABA_CLOUD_IMDSV1_DISABLED"));
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    throw new SourceFailure(`the metadata service of ECS: ${error.reason}`);
  }
}
