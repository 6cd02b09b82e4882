import { createRequire } from "node:module";
import { actions } from "../../emulator/index";
import { fieldsOf, type Model, objectShape, type Shape, string } from "./shape";

/** A call that the emulator implements, as the vendor's SDK describes it. */
export interface ModelledAction {
  action: string;
  version: string;
  request: ReadonlyMap<string, Shape>;
  response: ReadonlyMap<string, Shape>;
}

const ecs = createRequire(__filename)("@alicloud/ecs20140526") as Record<string, unknown>;

function modelNamed(name: string): Model {
  const model = ecs[name];
  if (typeof model !== "function") throw new Error(`The vendor's SDK has no ${name}.`);
  return model as unknown as Model;
}

/** STS is another package of the vendor's: its models are written down here. */
const sts: Record<string, { request: string[]; response: Record<string, Shape> }> = {
  AssumeRole: {
    request: ["RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "ExternalId", "SourceIdentity"],
    response: {
      Credentials: objectShape({
        AccessKeyId: string,
        AccessKeySecret: string,
        SecurityToken: string,
        Expiration: string,
      }),
      AssumedRoleUser: objectShape({ Arn: string, AssumedRoleId: string }),
      SourceIdentity: string,
    },
  },
  AssumeRoleWithOIDC: {
    request: ["OIDCProviderArn", "RoleArn", "OIDCToken", "Policy", "DurationSeconds", "RoleSessionName"],
    response: {
      Credentials: objectShape({
        AccessKeyId: string,
        AccessKeySecret: string,
        SecurityToken: string,
        Expiration: string,
      }),
      AssumedRoleUser: objectShape({ Arn: string, AssumedRoleId: string }),
      OIDCTokenInfo: objectShape({
        Subject: string,
        Issuer: string,
        ClientIds: string,
        ExpirationTime: string,
        IssuanceTime: string,
        VerificationInfo: string,
      }),
    },
  },
  GetCallerIdentity: {
    request: [],
    response: {
      IdentityType: string,
      AccountId: string,
      PrincipalId: string,
      UserId: string,
      Arn: string,
      RoleId: string,
    },
  },
};

/** Every call of the emulator with its models. Throws where the SDK has none. */
export const modelledActions: readonly ModelledAction[] = [...actions].flatMap(([version, ofVersion]) =>
  [...ofVersion.keys()].map((action) => ({ action, version, ...modelsOf(version, action) })),
);

function modelsOf(version: string, action: string): Pick<ModelledAction, "request" | "response"> {
  if (version === "2014-05-26") {
    return {
      request: fieldsOf(modelNamed(`${action}Request`)),
      response: fieldsOf(modelNamed(`${action}ResponseBody`)),
    };
  }
  const written = sts[action];
  if (written === undefined) throw new Error(`${action} of ${version} has no models here.`);
  return {
    request: new Map(written.request.map((name) => [name, string])),
    response: new Map(Object.entries({ RequestId: string, ...written.response })),
  };
}
