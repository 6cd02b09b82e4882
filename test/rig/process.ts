import { afterAll } from "vitest";
import { endAll } from "./child";

/** The processes of one test file: they end with it at the latest. */

afterAll(endAll);

export * from "./child";
