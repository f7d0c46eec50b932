import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { RequestBody } from '../transport/send.js';

/** English has about four characters per token; other languages and code have fewer. */
const charactersPerToken = 4;

/** Estimated tokens of a request: its texts, without files and images, and the reply that it allows. */
export function estimateTokens(body: RequestBody | undefined): number {
  if (typeof body !== 'string') return 0;
  const params = parseOrKeep(body);
  const allowed = isRecord(params) && typeof params.max_tokens === 'number' ? params.max_tokens : 0;
  return Math.ceil(charactersIn(params) / charactersPerToken) + allowed;
}

function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.startsWith('data:') ? 0 : value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + charactersIn(item), 0);
}
