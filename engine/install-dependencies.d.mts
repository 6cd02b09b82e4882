/** Does node_modules hold what package-lock.json asks for? */
export function dependenciesAreInstalled(root: string): boolean;

/** `npm ci`, where needed. */
export function installDependencies(
  root: string,
  options?: { readonly what?: string; readonly flags?: readonly string[] },
): Promise<void>;
