/** Where the process stands when it is killed, seen from one request of its. */
export const killPoints = [
  "arrived, never executed",
  "arrived, executed after the death",
  "executed, not answered",
  "answered",
  "method ended, not recorded",
] as const;

export type KillPoint = (typeof killPoints)[number];

/** `kill -9`, and when. */
export type Kill =
  | { readonly point: "during configure" }
  | {
      readonly point: KillPoint;
      /** The request, from 0, of all that the run makes. */
      readonly call: number;
      readonly action: string;
    };

export function nameOf(kill: Kill): string {
  return "call" in kill ? `${kill.call}/${kill.action}/${kill.point}` : kill.point;
}
