import { isRecord } from '../internal/is-record.js';

/** One field that failed validation, as FastAPI reports it. */
export interface ValidationDetail {
  /** Where the field is: `['body', 'messages', 0, 'role']`. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type?: string;
}

/** The common fields of error bodies of the API and its gateways. */
export interface ErrorBody {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly param: string | undefined;
  readonly detail: readonly ValidationDetail[] | undefined;
}

/**
 * Read an error body of either shape that Mistral uses, `{ object: 'error', message, type, code, param }`
 * and `{ detail: [{ loc, msg }] }`, or of any other: missing fields are `undefined`.
 */
export function readErrorBody(body: unknown): ErrorBody {
  const fields = isRecord(body) ? body : {};
  // Some responses nest the error: `{ error: { message } }`, `{ message: { detail: […] } }`.
  const inner = isRecord(fields.error) ? fields.error : fields;
  const detail =
    readDetail(inner.detail) ?? (isRecord(inner.message) ? readDetail(inner.message.detail) : undefined);
  return {
    message: messageOf(body, inner, detail),
    code: textOf(inner.code),
    type: textOf(inner.type),
    param: textOf(inner.param),
    detail,
  };
}

function messageOf(
  body: unknown,
  inner: Record<string, unknown>,
  detail: ErrorBody['detail'],
): string | undefined {
  if (detail) return detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
  const { message, error, reason } = inner;
  // Streams of workflows: `{ error: 'stream_error', reason }`.
  const withReason = typeof error === 'string' && isText(reason) ? `${error}: ${reason}` : error;
  const found = [message, inner.detail, withReason].find(isText);
  if (found !== undefined) return found;
  if (typeof body === 'string') return titleOf(body);
  return isRecord(body) && Object.keys(body).length > 0 ? JSON.stringify(body) : undefined;
}

/** Gateways respond with an HTML page, whose title names the error. */
function titleOf(text: string): string | undefined {
  return /<title>\s*([^<]+?)\s*<\/title>/i.exec(text)?.[1] ?? (text.trim() || undefined);
}

function readDetail(detail: unknown): readonly ValidationDetail[] | undefined {
  if (!Array.isArray(detail) || detail.length === 0 || !detail.every(isValidationDetail)) return undefined;
  return detail;
}

const isValidationDetail = (value: unknown): value is ValidationDetail =>
  isRecord(value) && Array.isArray(value.loc) && typeof value.msg === 'string';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
