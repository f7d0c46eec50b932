import { Mistral } from 'mistral-sdk';

import { createChatProxy, type ChatProxy } from '../../../../servers/chat-proxy';

// `next build` loads this module, mostly where there is neither key nor token: they are looked up with the first request.
let proxy: ChatProxy | undefined;

/** Passes a chat on to the page as it comes, to visitors who have the token, within limits: see examples/servers/chat-proxy.ts. */
export function POST(request: Request): Promise<Response> {
  proxy ??= createChatProxy({ mistral: new Mistral(), token: process.env.PROXY_TOKEN });
  return proxy.fetch(request);
}
