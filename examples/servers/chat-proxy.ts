/**
 * What every chat proxy of these examples does, from a web `Request` to a web `Response`: it asks for a token of its own before it reads
 * anything, limits what a visitor can spend, and passes the reply on as server-sent events until the visitor disconnects.
 */
import { APIError, type ChatMessage, type Mistral } from 'mistral-sdk';

export const limits = {
  bodyBytes: 64 * 1024,
  messages: 50,
  /** What a reply may cost at most. */
  replyTokens: 1_024,
  /** Of this process. Where many share the load, limit at the gateway as well: Cloudflare's rate limiting, API Gateway's throttling. */
  requestsPerMinute: 60,
};

export interface ChatProxyOptions {
  readonly mistral: Mistral;
  /** What visitors prove themselves with, as `Authorization: Bearer TOKEN`. It is not the API key, which stays on the server. */
  readonly token: string | undefined;
}

export interface ChatProxy {
  /** Decides by the header `Authorization` alone, before a body is read. @returns the response of a refusal, or nothing. */
  readonly admit: (authorization: string | null | undefined) => Promise<Response | undefined>;
  /** Passes a chat on. The signal is for a visitor who disconnects, which ends the request to the API. */
  readonly respond: (body: string, signal: AbortSignal) => Promise<Response>;
  /** Both, for servers that speak in web requests. */
  readonly fetch: (request: Request) => Promise<Response>;
}

export function createChatProxy({ mistral, token }: ChatProxyOptions): ChatProxy {
  const admit = createGate(token);

  const respond: ChatProxy['respond'] = async (body, signal) => {
    const messages = messagesOf(body);
    if (messages === undefined)
      return refuse(400, `Send 1 to ${limits.messages} messages of "user" or "assistant", with text.`);
    try {
      // Awaited, so that what the API refuses has a status, and is not a stream that breaks.
      const stream = await mistral.chat.stream(
        { model: 'mistral-small-latest', messages, max_tokens: limits.replyTokens },
        { signal },
      );
      return new Response(stream.toReadableStream(), {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      });
    } catch (error) {
      if (error instanceof APIError && isForVisitor(error))
        return Response.json(error.body ?? null, { status: error.status });
      if (!signal.aborted) console.error(error);
      return refuse(502, 'The model cannot be reached.');
    }
  };

  return {
    admit,
    respond,
    async fetch(request) {
      const refusal = await admit(request.headers.get('authorization'));
      if (refusal) return refusal;
      const body = await readBody(request);
      if (body === undefined) return refuse(413, `Send at most ${limits.bodyBytes} bytes.`);
      return respond(body, request.signal);
    },
  };
}

/** A token, and so many requests a minute. */
export function createGate(token: string | undefined): ChatProxy['admit'] {
  if (!token)
    throw new Error('Set PROXY_TOKEN: without a token, anyone who finds this server spends your money.');
  const expected = digest(`Bearer ${token}`);
  /** When the requests of the last minute came. */
  const recent: number[] = [];

  return async (authorization) => {
    if (!isEqual(await digest(authorization ?? ''), await expected))
      return refuse(401, 'Send the token of this server.', { 'www-authenticate': 'Bearer' });
    const now = Date.now();
    while (recent.length > 0 && recent[0]! <= now - 60_000) recent.shift();
    if (recent.length >= limits.requestsPerMinute) {
      const seconds = Math.ceil((recent[0]! + 60_000 - now) / 1_000);
      return refuse(429, 'Too many requests.', { 'retry-after': String(seconds) });
    }
    recent.push(now);
    return undefined;
  };
}

const refuse = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({ message }, { status, headers });

/** That the server's own key is refused does not concern the visitor, whose token is right. */
const isForVisitor = ({ status }: APIError): boolean => status !== 401 && status !== 403;

// Digests have one length, and where two differ says nothing about the token.
const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = 0;
  for (const [index, byte] of one.entries()) difference |= byte ^ other[index]!;
  return difference === 0;
}

/** @returns nothing for a body over the limit, of which no more is read; its length is counted, since a header can lie. */
async function readBody({ body }: Request): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limits.bodyBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Instructions for the model (`system`) and tools are the server's to give, so that nothing but text of a dialogue is taken. */
function messagesOf(body: string): ChatMessage[] | undefined {
  const messages = parse(body)?.messages;
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > limits.messages)
    return undefined;
  const taken: ChatMessage[] = [];
  for (const message of messages as unknown[]) {
    // Each field is looked at below.
    const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown };
    if ((role !== 'user' && role !== 'assistant') || typeof content !== 'string') return undefined;
    taken.push({ role, content });
  }
  return taken;
}

function parse(text: string): { messages?: unknown } | null {
  try {
    // Of any JSON but null, a property can be asked for.
    return JSON.parse(text) as { messages?: unknown } | null;
  } catch {
    return null;
  }
}
