import { isWritten, own } from "./plain-object";

/** The tag by which production is known. */
export interface ProductionTag {
  readonly tagKey: string;
  /** Values of the tag that mark production, letter for letter. */
  readonly productionValues: readonly string[];
}

/** `unmarked`: the tag isn't there. */
export type Purpose = "production" | "other" | "unmarked";

const defaults: ProductionTag = { tagKey: "env", productionValues: ["prod", "production"] };

/** The policy's configuration, with what is left out or nonsense as by default. Pure. */
export function productionTagOf(config: unknown): ProductionTag {
  const tagKey = own(config, "tagKey");
  const values = own(config, "productionValues");
  const written = Array.isArray(values) ? values.filter(isWritten) : [];
  return {
    tagKey: isWritten(tagKey) ? tagKey : defaults.tagKey,
    productionValues: written.length > 0 ? written : defaults.productionValues,
  };
}

/** What the tags say that a machine is for. Pure. */
export function purposeOf(tags: unknown, { tagKey, productionValues }: ProductionTag): Purpose {
  const value = own(tags, tagKey);
  if (typeof value !== "string") return "unmarked";
  return productionValues.includes(value) ? "production" : "other";
}

/** As an example to write, such as `{ "env": "prod" }`. Pure. */
export function productionExample({ tagKey, productionValues }: ProductionTag): string {
  return `{ ${JSON.stringify(tagKey)}: ${JSON.stringify(productionValues[0])} }`;
}
