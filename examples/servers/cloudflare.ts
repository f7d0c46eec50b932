/**
 * A Cloudflare worker that passes a chat on. `wrangler secret put` sets MISTRAL_API_KEY and PROXY_TOKEN; the compatibility flag
 * `enable_request_signal` lets `request.signal` tell of a disconnect also before the reply begins.
 */
import { Mistral } from 'mistral-sdk';

import { createChatProxy, type ChatProxy } from './chat-proxy.js';

interface Env {
  readonly MISTRAL_API_KEY: string;
  readonly PROXY_TOKEN: string;
  readonly MISTRAL_BASE_URL?: string;
}

// Secrets come with a request; the client is kept for the next ones.
let proxy: ChatProxy | undefined;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    proxy ??= createChatProxy({
      mistral: new Mistral({ apiKey: env.MISTRAL_API_KEY, baseURL: env.MISTRAL_BASE_URL }),
      token: env.PROXY_TOKEN,
    });
    const { pathname } = new URL(request.url);
    if (request.method !== 'POST' || pathname !== '/api/chat') return new Response(null, { status: 404 });
    return proxy.fetch(request);
  },
};
