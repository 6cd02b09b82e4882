/** Installs a tool that only one long run needs, where it is not there yet; returns its node_modules. */
export function installTool(name: string): Promise<string>;
