import { mockOperations, type MockOperation } from '../../generated/mock.gen.js';
import type { RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { untilAborted } from '../internal/until-aborted.js';
import { admit, admitLive, liveOperation } from './admit.js';
import { checkDelay, checkOptions } from './check-options.js';
import type { Sleep } from './event-stream.js';
import { statefulResponses } from './stateful-responses.js';
import type { MockResponse, MockResponses } from './mock-response.js';
import { callsOf, MockBehaviour, type Turn } from './mock-behaviour.js';
import { paramsOf, type AnyMockCall, type MockCall } from './mock-call.js';
import { readBody, type MockRequest, type OpenRequest } from './mock-request.js';
import { createMockWebSocket, type Admit, type MockWebSocketClass } from './mock-web-socket.js';
import { nearest } from './nearest.js';
import { numberedUuid } from './numbered-uuid.js';
import type { OperationId } from './operation-id.js';
import { respond, defaultData } from './respond.js';
import { chooseOperation, findRoute } from './route.js';
import { partsOf, writeReply } from './write-reply.js';
import { sleep as realSleep } from './sleep.js';
import { structuredResponse } from './structured-response.js';

export interface MockOptions {
  /**
   * The delay before each event of a stream, so that people see it arrive.
   *
   * @default 0
   */
  readonly eventDelayMs?: number;
  /** Waits for `eventDelayMs`, `delay()` and `stall()`; a test can pass one that does not wait. */
  readonly sleep?: Sleep;
  /**
   * Whether a call of an operation without a mock response fails, with a {@link MistralError}.
   *
   * @default false: it gets an example
   */
  readonly failOnUnmocked?: boolean;
  /**
   * Whether requests are checked as strictly as the API does: a 422 for what the description does not allow, and a 400 for
   * messages that break its rules. If not, only missing fields at the top level of a body and faults in the URL are refused.
   *
   * @default true
   */
  readonly strict?: boolean;
}

/** The Mistral API without a network. */
export interface MockMistral {
  /** Replaces the global `fetch`; works detached from the mock. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Replaces the runtime's `WebSocket` class, for live transcription: `{ WebSocket: mock.WebSocket }`. A session sends the
   * events of `audio.transcriptions.stream`, one for each chunk of audio.
   */
  readonly WebSocket: MockWebSocketClass;
  /** All requests so far, in order. */
  readonly requests: readonly MockRequest[];
  /** The requests for known operations, with the parameters of the method. `operation` is the discriminator. */
  readonly calls: readonly AnyMockCall[];
  /**
   * The calls of one operation.
   *
   * @throws {ArgumentError} if there is no such operation, naming the nearest.
   */
  callsTo<Id extends OperationId>(operation: Id): readonly MockCall<Id>[];
  /**
   * Check that every response was used: all of an `inTurn()`, and faults as often as their `times`.
   *
   * @throws {Error} naming the unused ones.
   */
  assertAllUsed(): void;
  /**
   * Set the response of an operation from now on.
   *
   * Requests are still checked first, so a request without a key or with a wrong field gets the API's error. Each call gets
   * a copy of a `Response`.
   *
   * @throws {ArgumentError} if there is no such operation, naming the nearest.
   */
  on<Id extends OperationId>(operation: Id, response: MockResponse<Id>): MockMistral;
  /** Forget the requests, and the responses set with {@link MockMistral.on}. */
  reset(): void;
}

/**
 * A mock of the whole API for tests: pass its `fetch` to the client.
 *
 * Every operation responds with an example that fits the API's description, a stream event by event, a list page by page.
 * Requests are checked as the API does: the key, the route, and everything that the description says about the path, the
 * query and the body. If a request has a JSON Schema as its response format, the reply is JSON that fits it.
 *
 * @param responses - Responses of operations, by name, in place of the examples.
 * @throws {ArgumentError} if there is no such operation, naming the nearest, and for an invalid option.
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
export function createMockMistral(responses: MockResponses = {}, options: MockOptions = {}): MockMistral {
  checkOptions('createMockMistral(responses, options)', options, optionKinds);
  const { eventDelayMs = 0, sleep = realSleep, failOnUnmocked = false, strict = true } = options;
  checkDelay('createMockMistral()', 'eventDelayMs', eventDelayMs);
  if (!isRecord(responses))
    throw new ArgumentError(
      "createMockMistral(): the responses must be an object, by the names of operations: { 'chat.complete': … }",
    );
  const requests: OpenRequest[] = [];
  const given = new Map<string, Given>();
  let stateful: MockResponses;
  for (const id of Object.keys(responses)) refuseUnknown(id);

  const give = (id: string, response: unknown) => given.set(id, { response, calls: 0 });
  const reset = () => {
    requests.length = 0;
    stateful = statefulResponses();
    given.clear();
    for (const [id, response] of Object.entries(responses)) give(id, response);
  };
  reset();

  /** Data, or a `Response`. */
  const choose = async (
    operation: MockOperation,
    received: OpenRequest,
    reader: Pick<Turn, 'signal' | 'onCancel'>,
  ): Promise<unknown> => {
    const { id } = operation;
    const chosen = given.get(id);
    if (!chosen && failOnUnmocked)
      throw new MistralError(`The mock has no response for \`${id}\`, and \`failOnUnmocked\` is set`);
    if (chosen) chosen.calls += 1;
    const example = structuredResponse(defaultData(operation, received), received);
    // The public types tie responses to their operations.
    const stateResponse = stateful[id as OperationId] as Handler | undefined;
    const byDefault = async (): Promise<unknown> => {
      const data = await stateResponse?.(received, example);
      return data === undefined ? example : data;
    };
    const resolve = async (response: unknown, number = 1): Promise<unknown> => {
      if (response instanceof MockBehaviour)
        return response.play({ ...reader, number, sleep, resolve, toResponse });
      if (response === undefined) return byDefault();
      let data: unknown = response;
      if (typeof response === 'function') {
        const usual = await byDefault();
        data = await (response as Handler)(received, usual);
        if (data === undefined) return usual;
      }
      const parts = operation.response.kind === 'binary' ? undefined : partsOf(data);
      return parts ? writeReply(example, parts, id) : data;
    };
    const toResponse = (data: unknown) =>
      respond(operation, data, received, { ...reader, eventDelayMs, sleep });
    return resolve(chosen?.response, chosen?.calls);
  };

  const handle = async (request: Request, received: OpenRequest, signal: AbortSignal | undefined) => {
    const number = requests.push(received);
    const { body, malformed } = await readBody(request);
    const { operations, pathParameters, methods } = findRoute(received.method, received.path);
    const operation = chooseOperation(operations, body);
    received.body = body;
    received.pathParameters = pathParameters;
    // The table and the type of the names come out of one generator run.
    received.operation = operation?.id as OperationId | undefined;
    if (operation) received.params = paramsOf(operation, received);
    if (isSpans(received)) return identify(Response.json({}), number);

    const admitted = admit(operation, methods, received, malformed, strict);
    if (admitted instanceof Response) return identify(admitted, number);
    const onCancel = () => (received.cancelled = true);
    const chosen = await choose(admitted, received, { signal, onCancel });
    if (chosen instanceof Response) return copyOfResponse(chosen, admitted.id);
    return identify(respond(admitted, chosen, received, { eventDelayMs, sleep, signal, onCancel }), number);
  };

  const openLive: Admit = async (request) => {
    const received = open(request);
    const number = requests.push(received);
    const refusal = admitLive(received);
    if (refusal) return identify(refusal, number);
    const onCancel = () => (received.cancelled = true);
    const chosen = await choose(liveOperation, received, { signal: undefined, onCancel });
    // The response of this operation is a list of events, or a `Response` of the test.
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
      const unused = [...given].flatMap(([id, { response, calls }]) =>
        calls < callsOf(response) ? [`${id}: ${calls} of ${callsOf(response)} calls`] : [],
      );
      if (unused.length > 0)
        throw new Error(`The mock has responses that were not used:\n  ${unused.join('\n  ')}`);
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      // Not `request.signal`: it may be collected as garbage with the request while a stream still runs.
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      signal?.throwIfAborted();
      const received = open(request);
      try {
        const handled = handle(request, received, signal);
        return await (signal ? untilAborted(signal, handled) : handled);
      } catch (error) {
        received.cancelled = signal?.aborted === true;
        throw error;
      }
    },
    on(operation, response) {
      refuseUnknown(operation);
      give(operation, response);
      return mock;
    },
    reset,
  };
  return mock;
}

/** What `mistral-sdk/studio` sends is of no operation, and taken, so that a test of a program that is traced has no warnings. */
const isSpans = ({ method, path }: MockRequest): boolean =>
  method === 'POST' && path === '/telemetry/v1/traces';

/** The response that a test set for an operation, and how often the operation was called since. */
interface Given {
  readonly response: unknown;
  calls: number;
}

type Handler = (request: MockRequest, defaultData: unknown) => unknown;

const optionKinds = {
  eventDelayMs: undefined,
  sleep: 'function',
  failOnUnmocked: 'boolean',
  strict: 'boolean',
} as const;

/** Each call reads one of its own. */
function copyOfResponse(response: Response, id: string): Response {
  if (response.bodyUsed)
    throw new ArgumentError(`The mock response of \`${id}\` is a Response whose body was read already`);
  return response.clone();
}

function refuseUnknown(id: unknown): void {
  const known = mockOperations.map((operation) => operation.id);
  if (typeof id !== 'string')
    throw new ArgumentError(`The name of an operation is a text, such as 'chat.complete', not ${kindOf(id)}`);
  if (known.includes(id)) return;
  if (Object.hasOwn(optionKinds, id))
    throw new ArgumentError(
      `\`${id}\` is an option, not a response: createMockMistral(responses, { ${id} })`,
    );
  throw new ArgumentError(`The API has no operation \`${id}\`. Did you mean \`${nearest(id, known)}\`?`);
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

/** The request id, counted up. */
function identify(response: Response, number: number): Response {
  response.headers.set('mistral-correlation-id', numberedUuid(number));
  return response;
}
