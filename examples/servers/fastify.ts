/** A Fastify server that passes a chat on. Fastify sends a web `Response` as it is. */
import { fastify, type FastifyInstance } from 'fastify';
import type { Mistral } from 'mistral-sdk';

import { createChatProxy, limits } from './chat-proxy.js';

export function createServer(mistral: Mistral, token = process.env.PROXY_TOKEN): FastifyInstance {
  const { admit, respond } = createChatProxy({ mistral, token });
  const server = fastify({ bodyLimit: limits.bodyBytes });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  server.post<{ Body: string | undefined }>(
    '/api/chat',
    {
      // A hook that comes before the body is read.
      async onRequest({ headers }, reply) {
        const refusal = await admit(headers.authorization);
        if (refusal) return reply.send(refusal);
      },
    },
    ({ body = '' }, reply) => {
      // The request closes once it is read; the reply, when it is sent or the visitor disconnects.
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return respond(body, gone.signal);
    },
  );
  return server;
}
