/**
 * Responses as the API would, from memory. The first part of the path says what: `/stream-COUNT-CUT/v1/…`. Runs in a
 * process of its own, so that its work is not measured.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

import { eventOf, lastEvents, chunksOf, type Cut } from './chat.js';
import { chatReply, embeddingsReply, fileReply, listReply, ocrReply } from './replies.js';

const made = new Map<string, readonly Buffer[]>();

const routes: Record<
  string,
  (request: IncomingMessage, reply: ServerResponse, ...values: string[]) => unknown
> = {
  async stream(_, reply, count, cut) {
    const key = `${count}/${cut}`;
    const chunks = made.get(key) ?? chunksOf(Number(count), cut as Cut);
    made.set(key, chunks);
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) {
      if (!reply.write(chunk)) await once(reply, 'drain');
      // Else the chunks would leave in one.
      await setImmediate();
    }
    reply.end();
  },

  /** Each event says when it left. */
  async paced(_, reply, count, pauseMs) {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let index = 0; index < Number(count); index += 1) {
      await setTimeout(Number(pauseMs));
      reply.write(eventOf(String(performance.timeOrigin + performance.now())));
    }
    reply.end(lastEvents);
  },

  /** An event, and then nothing for as long as the client stays. */
  idle(_, reply) {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(eventOf('Bonjour'));
  },

  chat: (_, reply) => json(reply, chatReply),
  embeddings: (_, reply) => json(reply, embeddingsReply),
  ocr: (_, reply) => json(reply, ocrReply),

  list(request, reply, total) {
    const { searchParams } = new URL(request.url!, 'http://localhost');
    json(
      reply,
      listReply(Number(total), Number(searchParams.get('page')), Number(searchParams.get('page_size'))),
    );
  },

  async upload(request, reply) {
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) bytes += chunk.byteLength;
    json(reply, fileReply(bytes));
  },
};

function json(reply: ServerResponse, body: Buffer): void {
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
  reply.end(body);
}

const server = createServer((request, reply) => {
  const [name, ...values] = request.url!.split('/')[1]!.split('-');
  if (name !== 'upload') request.resume();
  void routes[name!]!(request, reply, ...values);
});
// A contender that waits for its turn keeps its connections.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
