/** How far memory rises while a file of 256 MB is sent from the disk. */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installPeers } from './contender-modules.js';

const megabytes = 256;
const rounds = 3;
const ways = ['FormData and fetch', 'mistral-sdk'];
const peerWays = ['@mistralai/mistralai', 'openai'];

export async function benchUpload(withPeers: boolean): Promise<void> {
  if (withPeers) installPeers();
  const folder = mkdtempSync(join(tmpdir(), 'upload-'));
  const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  try {
    const [port] = (await once(server, 'message')) as [number];
    const file = join(folder, 'requests.jsonl');
    writeMegabytes(file, megabytes);
    const names = withPeers ? [...ways, ...peerWays] : ways;
    const rises = names.map((name) => {
      const runs = Array.from({ length: rounds }, () =>
        riseOf(name, file, `http://127.0.0.1:${port}/upload`),
      );
      return runs.toSorted((a, b) => a - b)[rounds >> 1]!;
    });
    const rows = names.map((name, index) => [
      name,
      {
        'MB above the beginning': rises[index]!.toFixed(0),
        'ratio to the first': (rises[index]! / rises[0]!).toFixed(2),
      },
    ]);
    console.log(
      `${megabytes} MB from the disk, the median of ${rounds} processes, on Node ${process.versions.node}`,
    );
    console.table(Object.fromEntries(rows));
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function riseOf(name: string, file: string, url: string): number {
  const program = fileURLToPath(new URL('peers/upload.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, name, file, url], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} has failed:\n${stderr}`);
  return Number(stdout);
}

function writeMegabytes(path: string, count: number): void {
  const line = Buffer.from(
    `${JSON.stringify({ custom_id: 'x', body: { text: 'y'.repeat(960) } })}\n`.padEnd(1024, '\n'),
  );
  const megabyte = Buffer.concat(Array.from({ length: 1024 }, () => line));
  const file = openSync(path, 'w');
  for (let written = 0; written < count; written += 1) writeSync(file, megabyte);
  closeSync(file);
}
