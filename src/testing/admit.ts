import { mockOperations, type MockOperation } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import type { MessageRule } from '../messages/lint-history.js';
import { lintMessages } from '../messages/lint-messages.js';
import type { MalformedJson, MockRequest } from './mock-request.js';
import { validateRequest } from './validate-request.js';

/**
 * The operation that a request is for, or the API's response when it does not take the request: no key, no such route or
 * method, what does not fit the description, and messages that the API refuses for another reason.
 *
 * @param methods - What the path may be asked with; none when there is no such path.
 * @param isStrict - Whether all of the request is checked.
 */
export function admit(
  operation: MockOperation | undefined,
  methods: readonly string[],
  request: MockRequest,
  malformed: MalformedJson | undefined,
  isStrict: boolean,
): MockOperation | Response {
  if (!hasKey(request, operation?.keyHeader)) return Response.json(unauthorized, { status: 401 });
  if (!operation && methods.length > 0) {
    return Response.json(
      { detail: 'Method Not Allowed' },
      { status: 405, headers: { allow: methods.join(', ') } },
    );
  }
  if (!operation) return Response.json({ detail: 'Not Found' }, { status: 404 });
  const refusal = refusalOf(operation, request, malformed, isStrict);
  return refusal ? Response.json(refusal.body, { status: refusal.status }) : operation;
}

/** The API's response to what does not fit the description, or breaks the rules of messages. */
interface Refusal {
  readonly status: 400 | 422;
  readonly body: object;
}

/** What is wrong with the content of a request, as the API says it; `undefined` if it is taken. */
export function refusalOf(
  operation: MockOperation,
  request: MockRequest,
  malformed: MalformedJson | undefined,
  isStrict: boolean,
): Refusal | undefined {
  const detail = validateRequest(operation, request, malformed, isStrict);
  if (detail.length > 0) return { status: 422, body: { detail } };
  return isStrict ? refuseMessages(operation, request) : undefined;
}

/** The API's response to messages that fit its schema and break its rules: a 400 that names the first thing. */
function refuseMessages({ body: asked }: MockOperation, { body }: MockRequest): Refusal | undefined {
  if (asked?.isChat !== true || !isRecord(body)) return undefined;
  // They fit the schema, which makes them a list of objects.
  const [first] = lintMessages(body.messages as readonly object[]);
  if (!first) return undefined;
  const { index, rule, problem, fix } = first;
  const [type, code] = kinds[rule] ?? ['invalid_request_message_order', '3230'];
  const message = `messages[${index}]: ${problem}. ${fix}`;
  return { status: 400, body: { object: 'error', message, type, param: null, code, raw_status_code: 400 } };
}

/** What the API calls faults of messages that are not of their order. */
const kinds: Partial<Readonly<Record<MessageRule, readonly [type: string, code: string | null]>>> = {
  'function-name': ['invalid_function_call', '3280'],
  'tool-call-id': ['invalid_function_call', '3280'],
  'empty-assistant': ['invalid_request_error', null],
  'empty-system': ['invalid_request_error', null],
};

/** What a live session says: that of the operation which streams the transcription of a file. */
export const liveOperation = mockOperations.find(({ id }) => id === 'audio.transcriptions.stream')!;

/** The API's response when it refuses a live session; `undefined` if it opens one. */
export function admitLive(request: MockRequest): Response | undefined {
  if (!hasKey(request)) return Response.json(unauthorized, { status: 401 });
  if (request.path !== '/v1/audio/transcriptions/realtime')
    return Response.json({ detail: 'Not Found' }, { status: 404 });
  if (request.query.get('model')) return undefined;
  const detail = [{ type: 'missing', loc: ['query', 'model'], msg: 'Field required' }];
  return Response.json({ detail }, { status: 422 });
}

const hasKey = ({ headers }: MockRequest, keyHeader?: string): boolean =>
  keyHeader ? headers.has(keyHeader) : /^Bearer \S/.test(headers.get('authorization') ?? '');

const unauthorized = {
  object: 'error',
  message: 'Unauthorized',
  type: 'invalid_request_error',
  param: null,
  code: null,
  raw_status_code: 401,
};
