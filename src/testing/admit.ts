import { mockOperations, type MockOperation } from '../../generated/mock.gen.js';
import type { MalformedJson, MockRequest } from './mock-request.js';
import { validateRequest } from './validate-request.js';

/**
 * The operation that a request is for, or the API's answer when it does not take the request: no key, no
 * such route or method, a field that is missing or malformed.
 *
 * @param methods - What the path may be asked with; none when there is no such path.
 */
export function admit(
  operation: MockOperation | undefined,
  methods: readonly string[],
  request: MockRequest,
  malformed: MalformedJson | undefined,
): MockOperation | Response {
  if (!hasKey(request)) return Response.json(unauthorized, { status: 401 });
  if (!operation && methods.length > 0) {
    return Response.json(
      { detail: 'Method Not Allowed' },
      { status: 405, headers: { allow: methods.join(', ') } },
    );
  }
  if (!operation) return Response.json({ detail: 'Not Found' }, { status: 404 });
  const detail = validateRequest(operation, request, malformed);
  return detail.length > 0 ? Response.json({ detail }, { status: 422 }) : operation;
}

/** What a live session says: that of the operation which streams the transcription of a file. */
export const liveOperation = mockOperations.find(({ id }) => id === 'audio.transcriptions.stream')!;

/** The API's answer when it does not open a live session; `undefined` if it does. */
export function admitLive(request: MockRequest): Response | undefined {
  if (!hasKey(request)) return Response.json(unauthorized, { status: 401 });
  if (request.path !== '/v1/audio/transcriptions/realtime')
    return Response.json({ detail: 'Not Found' }, { status: 404 });
  if (request.query.get('model')) return undefined;
  const detail = [{ type: 'missing', loc: ['query', 'model'], msg: 'Field required' }];
  return Response.json({ detail }, { status: 422 });
}

const hasKey = ({ headers }: MockRequest): boolean => /^Bearer \S/.test(headers.get('authorization') ?? '');

const unauthorized = {
  object: 'error',
  message: 'Unauthorized',
  type: 'invalid_request_error',
  param: null,
  code: null,
  raw_status_code: 401,
};
