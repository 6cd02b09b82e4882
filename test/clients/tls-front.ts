import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { bareEnvironment, run } from "../rig/process";

/** The emulator behind TLS, for clients that speak nothing else to STS. */
export interface TlsFront {
  /** Host and port, without a scheme: these clients add `https://` themselves. */
  readonly host: string;
  /** What a client has to trust. */
  readonly certificateFile: string;
  close(): Promise<void>;
}

/** Ends TLS with a certificate of its own and hands every byte on as it came. */
export async function tlsFront(emulator: { readonly endpoint: string }, python: string): Promise<TlsFront> {
  const folder = mkdtempSync(join(tmpdir(), "tls-front-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    const script = join(__dirname, "python", "certificate.py");
    const { code, output } = await run(python, [script, folder], {
      env: bareEnvironment(),
      cwd: folder,
      timeoutMs: 20_000,
    });
    if (code !== 0) throw new Error(`no certificate: ${output}`);
    const port = Number(new URL(emulator.endpoint).port);
    const sockets = new Set<Socket>();
    const certificateFile = join(folder, "certificate.pem");
    const server = createServer(
      { key: readFileSync(join(folder, "key.pem")), cert: readFileSync(certificateFile) },
      (secure) => {
        const plain = connect(port, "127.0.0.1");
        const pair: readonly [Socket, Socket] = [secure, plain];
        for (const [one, other] of [pair, [plain, secure] as const]) {
          sockets.add(one);
          one.on("error", () => other.destroy());
          one.on("close", () => {
            sockets.delete(one);
            other.destroy();
          });
          one.pipe(other);
        }
      },
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      certificateFile,
      close: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
        removeFolder();
      },
    };
  } catch (error) {
    removeFolder();
    throw error;
  }
}
