import { Host, HostError } from "../../test/rig/host";
import { InitFailed, type Outside } from "../../provider/lifecycle";
import type { Properties } from "../evidence";
import type { Methods } from "../model/methods";

export interface HostSurroundings {
  /** The whole environment of the process, besides what every program needs. */
  readonly env: NodeJS.ProcessEnv;
  readonly config: Record<string, unknown>;
  /** The folder whose node_modules hold SDK and package. */
  readonly cwd: string;
  /** Told when its configuration has been sent to it. */
  readonly configuring: (pid: number) => void;
}

/** The provider's methods in the SDK's own host, a process that starts at the first of them, as a run of the engine has it. */
export class HostMethods implements Methods {
  private started: Promise<Host> | undefined;
  private host: Host | undefined;

  constructor(
    private readonly outside: Outside,
    private readonly surroundings: HostSurroundings,
  ) {}

  async check(olds: Properties, news: Properties) {
    return await (await this.open()).check({ ...olds }, { ...news });
  }

  async diff(olds: Properties, news: Properties) {
    const { changes, replaces } = await (await this.open()).diff(idOf(olds), { ...olds }, { ...news });
    if (changes === "UNKNOWN") throw new Error("diff left it to the engine whether anything changes");
    return { changes: changes === "SOME", replaces };
  }

  async create(inputs: Properties) {
    return await halfWay((await this.open()).create({ ...inputs }));
  }

  async update(olds: Properties, news: Properties) {
    return await halfWay((await this.open()).update(idOf(olds), { ...olds }, { ...news }));
  }

  async read(id: string, props: Properties) {
    const { id: found, outs, inputs = {} } = await (await this.open()).read(id, { ...props });
    return { id: found, props: outs, inputs };
  }

  async delete(id: string, props: Properties) {
    await (await this.open()).delete(id, { ...props });
  }

  kill(): void {
    this.host?.kill();
  }

  /** Ends the process, and hands on what it has printed and said. */
  async end(): Promise<void> {
    const host = await this.started?.catch(() => undefined);
    if (host === undefined) return;
    await host.stop();
    const { engine } = this.outside;
    for (const line of host.printed().split("\n")) engine.say("debug", line);
    for (const { severity, text } of host.engine.lines) engine.say(severity === "error" ? "warning" : severity, text);
  }

  private async open(): Promise<Host> {
    this.started ??= Host.start(this.surroundings);
    this.host = await this.started;
    return this.host;
  }
}

function idOf(olds: Properties): string {
  return String(olds["instanceId"]);
}

/** What stopped half-way is told as the provider itself tells it. */
async function halfWay<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof HostError) || error.initFailure === undefined) throw error;
    const { id, properties, reasons } = error.initFailure;
    throw new InitFailed(id, properties, [...reasons]);
  }
}
