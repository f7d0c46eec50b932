import { mockOperations, type MockOperation } from '../../generated/mock.gen.js';
import type { RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { admit, admitLive, liveOperation } from './admit.js';
import type { Sleep } from './event-stream.js';
import type { MockAnswer, MockAnswers } from './mock-answer.js';
import { readBody, type MockRequest, type OpenRequest } from './mock-request.js';
import { createMockWebSocket, type Admit, type MockWebSocketClass } from './mock-web-socket.js';
import { nearest } from './nearest.js';
import type { OperationId } from './operation-id.js';
import { respond, usualAnswer } from './respond.js';
import { chooseOperation, findRoute } from './route.js';
import { sleep as realSleep } from './sleep.js';
import { structuredAnswer } from './structured-answer.js';
import { unlessAborted } from './unless-aborted.js';

export interface MockOptions {
  /**
   * The wait before each event of a stream, so that a person sees it arrive.
   *
   * @default 0
   */
  readonly eventDelayMs?: number;
  /** Waits for `eventDelayMs`; a test passes one that needs no time. */
  readonly sleep?: Sleep;
}

/** The Mistral API without a network. */
export interface MockMistral {
  /** Takes the place of the global `fetch`; works detached from the mock. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Takes the place of the runtime's class of WebSockets, for live transcription: `{ WebSocket: mock.WebSocket }`. A session
   * says what `audio.transcriptions.stream` answers, a piece for each piece of audio.
   */
  readonly WebSocket: MockWebSocketClass;
  /** Every request so far, in the order in which they were made. */
  readonly requests: readonly MockRequest[];
  /**
   * Answer an operation in another way from now on.
   *
   * Requests are still checked first, so a request without a key or a required field gets the API's error.
   * A `Response` is handed out as a copy, as often as it is asked for.
   *
   * @throws {TypeError} if there is no such operation, naming the nearest.
   */
  on<Id extends OperationId>(operation: Id, answer: MockAnswer<Id>): MockMistral;
  /** Forget the requests, and the answers given with {@link MockMistral.on}. */
  reset(): void;
}

/**
 * A mock of the whole API for tests: hand its `fetch` to the client.
 *
 * Every operation answers with an example that fits the API's description, a stream event by event, a list
 * page by page. Requests are checked as the API does at its edges: the key, the route, the required fields. A
 * request with a JSON Schema as its response format is answered with JSON that fits.
 *
 * @param answers - What operations answer instead, by name.
 * @throws {TypeError} if there is no such operation, naming the nearest.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { createMockMistral } from 'mistral-sdk/testing';
 *
 * const mock = createMockMistral({ 'models.list': { object: 'list', data: [] } });
 * const mistral = new Mistral({ apiKey: 'test', fetch: mock.fetch });
 *
 * await mistral.models.list();
 *
 * console.log(mock.requests[0]?.operation); // 'models.list'
 * ```
 */
export function createMockMistral(answers: MockAnswers = {}, options: MockOptions = {}): MockMistral {
  const { eventDelayMs = 0, sleep = realSleep } = options;
  const requests: OpenRequest[] = [];
  const given = new Map<string, Answer>();
  for (const id of Object.keys(answers)) refuseUnknown(id);

  const reset = () => {
    requests.length = 0;
    given.clear();
    for (const [id, answer] of Object.entries(answers)) given.set(id, answer as Answer);
  };
  reset();

  const answer = async (request: Request, received: OpenRequest, signal: AbortSignal | undefined) => {
    const number = requests.push(received);
    const { body, malformed } = await readBody(request);
    const { operations, pathParameters, methods } = findRoute(received.method, received.path);
    const operation = chooseOperation(operations, body);
    received.body = body;
    received.pathParameters = pathParameters;
    // The table and the type of the names come out of one generator run.
    received.operation = operation?.id as OperationId | undefined;

    const admitted = admit(operation, methods, received, malformed);
    if (admitted instanceof Response) return identify(admitted, number);
    const plain = await plainAnswer(admitted, received, given.get(admitted.id));
    if (plain instanceof Response) return plain.clone();
    const onCancel = () => (received.cancelled = true);
    return identify(respond(admitted, plain, received, { eventDelayMs, sleep, signal, onCancel }), number);
  };

  const openLive: Admit = async (request) => {
    const received = open(request);
    const number = requests.push(received);
    const refusal = admitLive(received);
    if (refusal) return identify(refusal, number);
    const { id } = liveOperation;
    const plain = await plainAnswer(liveOperation, received, given.get(id));
    // The answer to this operation is a list of events, or a response of the test's own.
    return plain instanceof Response ? plain.clone() : (plain as RealtimeTranscriptionServerMessage[]);
  };

  const mock: MockMistral = {
    WebSocket: createMockWebSocket(openLive),
    requests,
    async fetch(input, init) {
      const request = new Request(input, init);
      // Not `request.signal`: it may be collected as garbage with the request while a stream still runs.
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      signal?.throwIfAborted();
      const received = open(request);
      try {
        return await unlessAborted(signal, answer(request, received, signal));
      } catch (error) {
        received.cancelled = signal?.aborted === true;
        throw error;
      }
    },
    on(operation, replacement) {
      refuseUnknown(operation);
      given.set(operation, replacement as Answer);
      return mock;
    },
    reset,
  };
  return mock;
}

/** A given answer once its operation no longer matters; the public types tie the two together. */
type Answer = Response | ((request: MockRequest, usual: unknown) => unknown) | object | string | undefined;

function refuseUnknown(id: string): void {
  const known = mockOperations.map((operation) => operation.id);
  if (known.includes(id)) return;
  throw new TypeError(`The API has no operation \`${id}\`. Did you mean \`${nearest(id, known)}\`?`);
}

function open(request: Request): OpenRequest {
  const { pathname, searchParams } = new URL(request.url);
  return {
    operation: undefined,
    method: request.method,
    url: request.url,
    path: pathname,
    pathParameters: {},
    query: searchParams,
    headers: request.headers,
    body: undefined,
    cancelled: false,
  };
}

async function plainAnswer(operation: MockOperation, request: MockRequest, given: Answer): Promise<unknown> {
  const usual = structuredAnswer(usualAnswer(operation, request), request);
  if (given === undefined) return usual;
  return typeof given === 'function' ? given(request, usual) : given;
}

/** The id that support would ask for, counted up so that two runs give the same. */
function identify(response: Response, number: number): Response {
  response.headers.set(
    'mistral-correlation-id',
    `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  );
  return response;
}
