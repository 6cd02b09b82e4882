/** The engine that is downloaded or built where none is found. */
export const engineVersion = "3.250.0";

/** The oldest engine on PATH that is used: the one that all tests run with. */
export const lowestEngineVersion = "3.250.0";

/** What building the engine asks of Go; the same number stands in cli/go.mod. */
export const lowestGoVersion = "1.25.11";
