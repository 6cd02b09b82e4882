import { productOf } from "./actions";
import { authenticate } from "./authenticate";
import { errorBody, type Execution, execute } from "./execute";
import type { FaultThen } from "./faults";
import { type Credential, nobody } from "./model";
import type { WireRequest } from "./wire-request";
import { actionNotFound, missingParameter, WireError } from "./wire-error";
import type { World } from "./world";

/** Let in, and what will go wrong with it. */
export interface Admission {
  credential: Credential;
  fault: FaultThen | undefined;
}

/** Judges signature, time, nonce and that a call is named. What it turns away is answered and recorded here. */
export function admit(world: World, request: WireRequest): Admission | Execution {
  world.settle();
  try {
    if (request.path !== "/" || (request.method !== "GET" && request.method !== "POST")) throw actionNotFound();
    if (request.action === "") throw missingParameter("Action");
    if (request.version === "") throw missingParameter("Version");
    const credential = isUnsigned(request) ? nobody : authenticate(world, request);
    return { credential, fault: world.faults.next(request, world.now()) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return turnAway(world, request, error);
  }
}

/** Who calls it has no key yet: the token is the proof. */
function isUnsigned({ version, action }: WireRequest): boolean {
  return version === "2015-04-01" && action === "AssumeRoleWithOIDC";
}

export function isAdmitted(outcome: Admission | Execution): outcome is Admission {
  return "credential" in outcome;
}

/** Executes what was let in. Separate from `admit`, because a late execution comes later than its admission. */
export function serve(world: World, request: WireRequest, { credential, fault }: Admission): Execution {
  const { action, version, params } = request;
  const host = request.headers["host"];
  const named = host === undefined ? {} : { host };
  // `null` says that the fault was asked for already.
  return execute(world, { action, version, params, credential, ...named }, fault ?? null);
}

function turnAway(world: World, request: WireRequest, error: WireError): Execution {
  const requestId = world.random.uuid();
  const product = productOf(request.version);
  world.ledger.append({
    atMs: world.now(),
    action: request.action,
    params: request.params,
    effect: "none",
    status: error.status,
    code: error.code,
    fault: null,
    requestId,
  });
  return {
    status: error.status,
    body: errorBody(error, { requestId, host: request.headers["host"], product }),
    effect: "none",
    requestId,
    code: error.code,
    wire: undefined,
    delayMs: 0,
    retryAfter: undefined,
  };
}
