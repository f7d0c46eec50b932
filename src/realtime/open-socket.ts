import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Attempt, Call, Send } from '../transport/send.js';
import { Connection } from './connection.js';
import { refusalOf, type Refusal } from './refusal.js';
import type { WebSocketArgument, WebSocketClass, WebSocketLike } from './web-socket.js';

/** Returns the `WebSocket` class to use; `undefined` for the runtime's own. */
export type FindWebSocket = () => Promise<WebSocketClass | undefined>;

/** The connections of the responses of `openSocket`. */
const connections = new WeakMap<Response, Connection>();

/** @throws {MistralError} if the server or a middleware returned an ordinary successful response. */
export function connectionOf(response: Response): Connection {
  const connection = connections.get(response);
  if (connection) return connection;
  throw new MistralError(
    `Expected an upgrade to a WebSocket, got an ordinary response of status ${response.status}. Check the base URL; a middleware must return the response of \`next\``,
  );
}

/**
 * Opens a WebSocket instead of sending a request with `fetch`. The response has status 101 and a connection, or is the refusal,
 * as far as the runtime exposes it.
 */
export const openSocket =
  (find: FindWebSocket): Send =>
  async (call, attempt) => {
    const given = await find();
    const token = clientTokenIn(call.headers);
    if (!given && isWorkers()) return openByFetch(call, attempt, token);
    const own = (globalThis as { WebSocket?: WebSocketClass }).WebSocket;
    const Class = given ?? own;
    if (!Class) {
      throw new ArgumentError(
        "This runtime has no WebSocket of its own, as Node 20: install `ws`, and import from 'mistral-sdk/realtime/node' or pass `WebSocket`",
      );
    }
    if (!token && !given && !takesHeaders()) {
      throw new ArgumentError(
        'The WebSocket of a browser cannot send an API key. Make a client token on your server, and pass `{ clientToken }` instead of a client',
      );
    }
    return openByClass(Class, given !== undefined, call, attempt, token);
  };

/**
 * Client tokens are sent as a subprotocol, not as a header. They are checked because the runtime's own error quotes them.
 */
function clientTokenIn(headers: Headers): string | undefined {
  const token = /^Bearer (rt_.*)$/.exec(headers.get('authorization') ?? '')?.[1];
  if (token === undefined || /^[!#$%&'*+.^_`|~\w-]+$/.test(token)) return token;
  throw new ArgumentError('The client token has a character that no client token has; copy it again');
}

const subprotocolsOf = (token: string): string[] => ['realtime', token];

async function openByClass(
  Class: WebSocketClass,
  given: boolean,
  { url, headers }: Call,
  attempt: Attempt,
  token: string | undefined,
): Promise<Response> {
  const { signal } = attempt;
  const argument: WebSocketArgument = token
    ? subprotocolsOf(token)
    : { headers: Object.fromEntries(headers) };
  try {
    signal.throwIfAborted();
    // Every class takes these arguments, with types of its own.
    const socket = requireSync(
      new Class(url.replace(/^http/, 'ws'), argument as never) as WebSocketLike & Refusing,
      '`WebSocket`',
    );
    if (typeof (socket as Partial<WebSocketLike>).addEventListener !== 'function')
      throw new ArgumentError(
        '`WebSocket` must be a WebSocket class, but its instance has no `addEventListener`',
      );
    const connection = new Connection(socket);
    signal.addEventListener('abort', () => connection.drop(), { once: true });
    const refusal = await new Promise<Response | undefined>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(undefined));
      socket.addEventListener('error', ({ error, message = '' }) => {
        const status = /status code: ([45]\d\d)\b/.exec(message)?.[1];
        // Bun and Deno mention the status in their own message, and nothing else of the response.
        if (status) resolve(new Response(null, { status: Number(status) }));
        else reject((error as Error | undefined) ?? new Error(message || 'nothing'));
      });
      socket.addEventListener('close', () => reject(new Error('closed')));
      socket.once?.('unexpected-response', (request, response) => {
        refusalOf(response)
          .then(resolve, reject)
          .finally(() => request.destroy());
      });
    });
    return refusal ?? upgraded(connection);
  } catch (cause) {
    throw attempt.failure(given ? 'could not be opened' : unexplained, cause);
  }
}

/** Runtimes do not expose the status of a refusal. */
const unexplained =
  'could not be opened. The WebSocket of this runtime does not expose the response: check the key and its permissions, the model and the base URL. Its message';

/** The WebSocket of `ws` exposes a response that is not an upgrade. */
interface Refusing {
  once?(
    type: 'unexpected-response',
    listener: (request: { destroy(): void }, response: Refusal) => void,
  ): void;
}

/** Workers open a WebSocket with `fetch`. */
async function openByFetch(
  { url, headers }: Call,
  attempt: Attempt,
  token: string | undefined,
): Promise<Response> {
  const { signal } = attempt;
  const all = new Headers(headers);
  all.set('upgrade', 'websocket');
  if (token) {
    all.delete('authorization');
    all.set('sec-websocket-protocol', subprotocolsOf(token).join(', '));
  }
  let response: Response & { webSocket?: (WebSocketLike & { accept(): void }) | null };
  try {
    response = await globalThis.fetch(url, { headers: all, redirect: 'manual', signal });
  } catch (cause) {
    throw attempt.failure('could not be opened', cause);
  }
  const { webSocket } = response;
  if (!webSocket) return response;
  const connection = new Connection(webSocket);
  signal.addEventListener('abort', () => connection.drop(), { once: true });
  webSocket.accept();
  return upgraded(connection);
}

/** No runtime can construct a Response of status 101. */
function upgraded(connection: Connection): Response {
  const response = Object.defineProperty(new Response(null), 'status', { value: 101 });
  connections.set(response, connection);
  return response;
}

const isWorkers = (): boolean => 'WebSocketPair' in globalThis;

/** Whether headers are supported: in Node, Bun and Deno, but not in browsers. */
function takesHeaders(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined || 'Deno' in globalThis;
}
