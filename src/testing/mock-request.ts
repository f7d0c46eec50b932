import type { OperationId } from './operation-id.js';

/** A request that the mock received. */
export interface MockRequest {
  /** `undefined` when no operation has this method and path. */
  readonly operation: OperationId | undefined;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  /** What stood in the path, decoded: `{ job_id: '…' }`. */
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The decoded JSON, a `FormData`, the text of what is neither; `undefined` without a body. */
  readonly body: unknown;
  /** Of path, query and body, as the method was called with them; nothing without an operation. */
  readonly params: object;
  /** Whether the caller stopped before the response was read completely. */
  readonly cancelled: boolean;
}

/** The same while it is being filled in. */
export type OpenRequest = { -readonly [Field in keyof MockRequest]: MockRequest[Field] };

/** A body that says it is JSON and is not. */
export interface MalformedJson {
  readonly message: string;
}

/**
 * Read the body of a request as its content type asks.
 *
 * @returns the body, and what is wrong with it if it cannot be decoded: it is text then.
 */
export async function readBody(request: Request): Promise<{ body: unknown; malformed?: MalformedJson }> {
  const contentType = request.headers.get('content-type') ?? '';
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return { body: undefined };
  const decode = (): unknown | Promise<unknown> => {
    if (isJson(contentType)) return JSON.parse(new TextDecoder().decode(bytes));
    if (isForm(contentType))
      return new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    return new TextDecoder().decode(bytes);
  };
  try {
    return { body: await decode() };
  } catch (error) {
    return { body: new TextDecoder().decode(bytes), malformed: { message: (error as Error).message } };
  }
}

const isJson = (contentType: string): boolean => /^application\/(\S+\+)?json\b/i.test(contentType);

const isForm = (contentType: string): boolean => /^multipart\/form-data\b/i.test(contentType);
