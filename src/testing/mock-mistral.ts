import { mockOperations, type MockOperation } from '../../generated/mock.gen.js';
import type { RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { MistralError } from '../errors/mistral-error.js';
import { untilAborted } from '../internal/until-aborted.js';
import { admit, admitLive, liveOperation } from './admit.js';
import type { Sleep } from './event-stream.js';
import { lifelikeAnswers } from './lifelike-answers.js';
import type { MockAnswer, MockAnswers } from './mock-answer.js';
import { callsOf, MockBehaviour, type Turn } from './mock-behaviour.js';
import { paramsOf, type AnyMockCall, type MockCall } from './mock-call.js';
import { readBody, type MockRequest, type OpenRequest } from './mock-request.js';
import { createMockWebSocket, type Admit, type MockWebSocketClass } from './mock-web-socket.js';
import { nearest } from './nearest.js';
import type { OperationId } from './operation-id.js';
import { respond, usualAnswer } from './respond.js';
import { chooseOperation, findRoute } from './route.js';
import { partsOf, say } from './say.js';
import { sleep as realSleep } from './sleep.js';
import { structuredAnswer } from './structured-answer.js';

export interface MockOptions {
  /**
   * The wait before each event of a stream, so that a person sees it arrive.
   *
   * @default 0
   */
  readonly eventDelayMs?: number;
  /** Waits for `eventDelayMs`, and in `delay()` and `stall()`; a test passes one that needs no time. */
  readonly sleep?: Sleep;
  /**
   * Whether a call of an operation that no answer was given for fails, with a {@link MistralError}.
   *
   * @default false: it is answered with an example
   */
  readonly onlyGiven?: boolean;
  /**
   * Whether requests are refused for all that the API refuses: what the description does not allow, with a 422, and messages
   * that break its rules, with a 400. If not, they are only for what is missing at the top of a body, and in the URL.
   *
   * @default true
   */
  readonly strict?: boolean;
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
  /** Those of them that are for an operation, with the parameters of its method. `operation` tells them apart. */
  readonly calls: readonly AnyMockCall[];
  /**
   * The calls of one operation.
   *
   * @throws {TypeError} if there is no such operation, naming the nearest.
   */
  callsTo<Id extends OperationId>(operation: Id): readonly MockCall<Id>[];
  /**
   * Check that every answer that was given was asked for: those of `inTurn()` to the last, faults as often as they were to
   * happen.
   *
   * @throws {Error} naming the ones that were not.
   */
  assertAllUsed(): void;
  /**
   * Answer an operation in another way from now on.
   *
   * Requests are still checked first, so a request without a key or with a field that is wrong gets the API's error.
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
 * page by page. Requests are checked as the API does: the key, the route, and all that the description says of the path, the
 * query and the body. A request with a JSON Schema as its response format is answered with JSON that fits.
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
  const { eventDelayMs = 0, sleep = realSleep, onlyGiven = false, strict = true } = options;
  const requests: OpenRequest[] = [];
  const given = new Map<string, Given>();
  let lifelike: MockAnswers;
  for (const id of Object.keys(answers)) refuseUnknown(id);

  const give = (id: string, answer: unknown) => given.set(id, { answer, calls: 0 });
  const reset = () => {
    requests.length = 0;
    lifelike = lifelikeAnswers();
    given.clear();
    for (const [id, answer] of Object.entries(answers)) give(id, answer);
  };
  reset();

  /** A plain answer, or a response. */
  const choose = async (
    operation: MockOperation,
    received: OpenRequest,
    reader: Pick<Turn, 'signal' | 'onCancel'>,
  ): Promise<unknown> => {
    const { id } = operation;
    const chosen = given.get(id);
    if (!chosen && onlyGiven)
      throw new MistralError(`The mock was given no answer for \`${id}\`, and \`onlyGiven\` is set`);
    if (chosen) chosen.calls += 1;
    const usual = structuredAnswer(usualAnswer(operation, received), received);
    const answer = async (asked: unknown, number = 1): Promise<unknown> => {
      if (asked instanceof MockBehaviour)
        return asked.play({ ...reader, number, sleep, answer, toResponse: wrap });
      // The public types tie answers to their operations.
      const plain = typeof asked === 'function' ? await (asked as Reply)(received, usual) : asked;
      if (plain === undefined) return usual;
      const parts = operation.answer.kind === 'binary' ? undefined : partsOf(plain);
      return parts ? say(usual, parts, id) : plain;
    };
    const wrap = (plain: unknown) => respond(operation, plain, received, { ...reader, eventDelayMs, sleep });
    const fallback: unknown = lifelike[id as OperationId];
    return answer(chosen?.answer ?? fallback, chosen?.calls);
  };

  const answer = async (request: Request, received: OpenRequest, signal: AbortSignal | undefined) => {
    const number = requests.push(received);
    const { body, malformed } = await readBody(request);
    const { operations, pathParameters, methods } = findRoute(received.method, received.path);
    const operation = chooseOperation(operations, body);
    received.body = body;
    received.pathParameters = pathParameters;
    // The table and the type of the names come out of one generator run.
    received.operation = operation?.id as OperationId | undefined;
    if (operation) received.params = paramsOf(operation, received);

    const admitted = admit(operation, methods, received, malformed, strict);
    if (admitted instanceof Response) return identify(admitted, number);
    const onCancel = () => (received.cancelled = true);
    const chosen = await choose(admitted, received, { signal, onCancel });
    if (chosen instanceof Response) return chosen.clone();
    return identify(respond(admitted, chosen, received, { eventDelayMs, sleep, signal, onCancel }), number);
  };

  const openLive: Admit = async (request) => {
    const received = open(request);
    const number = requests.push(received);
    const refusal = admitLive(received);
    if (refusal) return identify(refusal, number);
    const onCancel = () => (received.cancelled = true);
    const chosen = await choose(liveOperation, received, { signal: undefined, onCancel });
    // The answer to this operation is a list of events, or a response of the test's own.
    return chosen instanceof Response ? chosen.clone() : (chosen as RealtimeTranscriptionServerMessage[]);
  };

  const mock: MockMistral = {
    WebSocket: createMockWebSocket(openLive),
    requests,
    get calls() {
      // The table and the type of the names come out of one generator run; parameters are as the caller sent them.
      return requests.filter(({ operation }) => operation !== undefined) as readonly AnyMockCall[];
    },
    callsTo(operation) {
      refuseUnknown(operation);
      return requests.filter((request) => request.operation === operation) as unknown as readonly MockCall<
        typeof operation
      >[];
    },
    assertAllUsed() {
      const unused = [...given].flatMap(([id, { answer: one, calls }]) =>
        calls < callsOf(one) ? [`${id}: ${calls} of ${callsOf(one)} calls`] : [],
      );
      if (unused.length > 0)
        throw new Error(`The mock has answers that nothing asked for:\n  ${unused.join('\n  ')}`);
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      // Not `request.signal`: it may be collected as garbage with the request while a stream still runs.
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      signal?.throwIfAborted();
      const received = open(request);
      try {
        const answered = answer(request, received, signal);
        return await (signal ? untilAborted(signal, answered) : answered);
      } catch (error) {
        received.cancelled = signal?.aborted === true;
        throw error;
      }
    },
    on(operation, replacement) {
      refuseUnknown(operation);
      give(operation, replacement);
      return mock;
    },
    reset,
  };
  return mock;
}

/** What a test gave an operation, and how often it was called since. */
interface Given {
  readonly answer: unknown;
  calls: number;
}

type Reply = (request: MockRequest, usual: unknown) => unknown;

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
    params: {},
    cancelled: false,
  };
}

/** The id that support would ask for, counted up so that two runs give the same. */
function identify(response: Response, number: number): Response {
  response.headers.set(
    'mistral-correlation-id',
    `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  );
  return response;
}
