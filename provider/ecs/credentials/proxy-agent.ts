import type { Agent } from "node:http";
import type { Environment } from "./lookup";
import { isLoopback } from "./loopback";

const variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/**
 * The agent that goes through the proxy of HTTPS_PROXY, HTTP_PROXY or ALL_PROXY and around it for NO_PROXY; undefined
 * when none is set, so that nothing is loaded then. An endpoint on this machine is never asked through a proxy: to
 * another machine its address means something else.
 */
export async function proxyAgent(endpoint: string, env: Environment): Promise<Agent | undefined> {
  if (isLoopback(new URL(endpoint).hostname) || variables.every((name) => (env[name] ?? "") === "")) return undefined;
  const { ProxyAgent } = await import("proxy-agent");
  return new ProxyAgent({ keepAlive: true });
}
