import { actions, productOf } from "./actions";
import { type FaultThen, isExecuted, labelOf, statusUnder, type WireFault } from "./faults";
import type { Credential } from "./model";
import { Parameters } from "./parameters";
import { shownBy } from "./shown";
import { View } from "./view";
import { actionNotFound, errorOfFault, internalError, invalidVersion, throttled, WireError } from "./wire-error";
import { accountOf, type World } from "./world";

/** A call whose sender is known. */
export interface Request {
  /** ECS's name of the call, e.g. `StopInstance`. */
  action: string;
  /** API version. Default `2014-05-26`. */
  version?: string;
  params: Record<string, string>;
  credential: Credential;
  /** What HostId says. Default `ecs.emulator`. */
  host?: string;
}

export interface Execution {
  /** HTTP status. */
  status: number;
  body: Record<string, unknown>;
  /** What changed, as in the ledger: `none`, or `i-…: Running -> Stopping`. */
  effect: string;
  requestId: string;
  /** The vendor's error code; undefined on success. */
  code: string | undefined;
  /** The answer doesn't arrive as it is: what the transport does with it instead. */
  wire: WireFault | undefined;
  /** The answer comes so much later (machine's clock). */
  delayMs: number;
  /** Sent as header x-acs-retry-after. */
  retryAfter: string | undefined;
}

/**
 * Executes one call against the world and writes it into the ledger. No I/O and no waiting: what a fault does to the
 * transport (`wire`, `delayMs`) is told, not done. Pass `givenFault` only if you have asked `world.faults` yourself: `null`
 * is the answer "none".
 */
export function execute(world: World, request: Request, givenFault?: FaultThen | null): Execution {
  const fault = givenFault === undefined ? world.faults.next(request, world.now()) : (givenFault ?? undefined);
  if (fault === undefined || !("duplicate" in fault)) return deliver(world, request, fault);
  const label = labelOf(fault);
  deliver(world, request, undefined, label);
  return deliver(world, request, fault.duplicate === "refused" ? { code: "SignatureNonceUsed" } : undefined, label);
}

/** `label`: how the ledger names what goes wrong. */
function deliver(
  world: World,
  request: Request,
  fault: FaultThen | undefined,
  label: string | null = fault === undefined ? null : labelOf(fault),
): Execution {
  if (world.clock.kind === "virtual" && world.tickPerRequestMs > 0) world.clock.advance(world.tickPerRequestMs);
  world.settle();
  const requestId = world.random.uuid();
  const version = request.version ?? "2014-05-26";
  const effects: string[] = [];
  const look = fault !== undefined && "stale" in fault ? fault : undefined;

  let status = 200;
  let code: string | undefined;
  let retryAfter = fault !== undefined && "code" in fault ? fault.retryAfter : undefined;
  let body: Record<string, unknown> = { RequestId: requestId };
  let shows: string | null = null;
  const fail = (error: WireError): void => {
    status = error.status;
    code = error.code;
    body = errorBody(error, { requestId, host: request.host, product: productOf(version) });
  };
  if (isExecuted(fault)) {
    try {
      const params = new Parameters(request.params);
      const action = findAction(version, request.action);
      const { credential } = request;
      const instance = world.find(params.text("InstanceId") ?? "")?.instance;
      const regionId = params.text("RegionId") || (instance?.RegionId ?? "");
      const limits = { action: request.action, accountId: accountOf(credential), regionId };
      const refusing = world.throttle.refuses(limits, world.now());
      if (refusing !== undefined) {
        retryAfter = refusing.retryAfter;
        throw throttled();
      }
      const snapshotFails = fault !== undefined && "snapshot" in fault;
      const view = new View(world, look);
      const seesNothing = look?.stale === "empty" && look.ids === undefined && look.share === undefined;
      const told = { world, action: request.action, params, credential, requestId };
      const call = { ...told, view, seesNothing, snapshotFails, effects };
      const answer = action(call);
      body = { RequestId: requestId, ...answer };
      shows = shownBy(request.action, answer);
    } catch (error) {
      fail(error instanceof WireError ? error : internalError());
      if (!(error instanceof WireError)) body["EmulatorDefect"] = String(error);
    }
  }
  if (fault !== undefined && "code" in fault) fail(errorOfFault(fault));

  const wire = fault !== undefined && "wire" in fault ? fault.wire : undefined;
  const effect = effects.length === 0 ? "none" : effects.join("; ");
  world.ledger.append({
    atMs: world.now(),
    action: request.action,
    params: request.params,
    effect,
    shows,
    status: statusUnder(wire, status),
    code: code ?? null,
    fault: label,
    requestId,
  });
  return {
    status,
    body,
    effect,
    requestId,
    code,
    wire,
    delayMs: fault !== undefined && "delayMs" in fault ? fault.delayMs : 0,
    retryAfter,
  };
}

function findAction(version: string, name: string) {
  const ofVersion = actions.get(version);
  if (ofVersion === undefined) throw invalidVersion();
  const action = ofVersion.get(name);
  if (action === undefined) throw actionNotFound();
  return action;
}

/** The vendor's error envelope. */
export function errorBody(
  error: WireError,
  about: { requestId: string; host?: string | undefined; product: string },
): Record<string, unknown> {
  const query = new URLSearchParams({ q: error.code, product: about.product, requestId: about.requestId });
  return {
    RequestId: about.requestId,
    HostId: about.host ?? "ecs.emulator",
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?${query.toString()}`,
    ...error.extra,
  };
}
