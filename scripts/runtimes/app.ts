import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Where a runtime runs the scenario, and what it is told. */
export interface Place {
  /** Has the programs of test/runtimes/ in it, and the packages of the runtime. */
  readonly folder: string;
  /** What the report is to say. */
  readonly name: string;
  /** The server of the scenario. */
  readonly origin: string;
}

/** One run of the scenario in one runtime, and all that was started for it. */
export interface App extends Place {
  /**
   * Start a process in the folder. It may end when the report is handed in, and not before.
   *
   * @param environment - Variables besides those of this process.
   */
  start(command: readonly string[], environment?: Readonly<Record<string, string>>): void;
  /**
   * Run a process in the folder to its end, for what it prints.
   *
   * @param environment - Variables besides those of this process; one that is undefined is left out.
   */
  run(
    command: readonly string[],
    environment?: Readonly<Record<string, string | undefined>>,
  ): Promise<string>;
  /** Serve on loopback. */
  serve(handler: RequestListener): Promise<string>;
  /** Ask until there is a response. */
  ask(url: string): Promise<void>;
  /** Rejects when a process has ended too early. */
  readonly failed: Promise<never>;
  /** End what was started. */
  close(): Promise<void>;
}

export function createApp(place: Place): App {
  const stop = new AbortController();
  const servers: Server[] = [];
  const ends: Promise<unknown>[] = [];
  let fail!: (error: Error) => void;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // The runner of the scenario waits for it, once everything was started.
  failed.catch(() => undefined);
  const cwd = place.folder;

  return {
    ...place,
    failed,
    start([command, ...args], environment) {
      const env = { ...process.env, ...environment };
      // With a group of its own, as some start others, which would be left behind.
      const child = spawn(command!, args, { cwd, env, detached: true });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => (output = `${output}${text}`.slice(-4_000)));
      child.once('error', fail);
      const ended = once(child, 'exit').then(([status, signal]) =>
        fail(new Error(`${command} ended before its report: ${status ?? signal}\n${output.trim()}`)),
      );
      ends.push(ended.catch(() => undefined));
      stop.signal.addEventListener('abort', () => endGroup(child.pid));
    },
    async run([command, ...args], environment) {
      const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...environment };
      const { stdout } = await promisify(execFile)(command!, args, { cwd, env, signal: stop.signal });
      return stdout;
    },
    async serve(handler) {
      const server = createServer(handler).listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async ask(url) {
      while (!stop.signal.aborted) {
        const response = await fetch(url, { signal: stop.signal }).catch(() => undefined);
        if (response) return void (await response.text());
        await sleep(100);
      }
    },
    async close() {
      stop.abort();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await Promise.all(ends);
    },
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A port that nobody listens on, for a process that cannot choose one and tell. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
