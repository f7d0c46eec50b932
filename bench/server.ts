/** Streams one chat, as it was asked: `/COUNT/CUT`. Runs in a process of its own, so that its work is not measured. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { piecesOf, type Cut } from './chat.js';

const made = new Map<string, readonly Buffer[]>();

const server = createServer((request, reply) => {
  const [, count, cut] = request.url!.split('/');
  const key = `${count}/${cut}`;
  const pieces = made.get(key) ?? piecesOf(Number(count), cut as Cut);
  made.set(key, pieces);
  request.resume();
  void send(reply, pieces);
});

async function send(reply: ServerResponse, pieces: readonly Buffer[]): Promise<void> {
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) {
    if (!reply.write(piece)) await once(reply, 'drain');
    // Else the pieces would leave in one.
    await setImmediate();
  }
  reply.end();
}

server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
