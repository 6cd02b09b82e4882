import type { Emulator } from "../../emulator/index";
import type { Credentials } from "../../provider/ecs/config";
import { connector } from "../../provider/ecs/connect";
import type { EcsPort } from "../../provider/ecs/port";

/** The provider's own way to an emulator, over HTTP and signed, for one process. The dead make no call. */
export function httpPort(
  { endpoint, accessKeyId, accessKeySecret }: Emulator,
  regionId: string,
  isAlive: () => boolean,
): EcsPort {
  const settings = (key: string) =>
    key === "alicloud:endpoints" ? JSON.stringify([{ ecs: endpoint, sts: endpoint }]) : undefined;
  // Asked before each call.
  const credentials = (): Promise<Credentials> =>
    isAlive()
      ? Promise.resolve({ accessKeyId, accessKeySecret, securityToken: undefined })
      : new Promise(() => undefined);
  const source = Object.assign(credentials, { expiresAtMs: () => Promise.resolve(undefined) });
  return connector(settings, {}, () => Date.now(), source)(regionId);
}
