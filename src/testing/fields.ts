import { isRecord } from '../internal/is-record.js';

/** A field of a request body, which is JSON or a form. */
export function fieldOf(body: unknown, name: string): unknown {
  if (body instanceof FormData) return body.get(name) ?? undefined;
  return isRecord(body) ? body[name] : undefined;
}

/** A copy of the value with another one at a path such as `pagination.has_more`; the empty path is the value itself. */
export function withValueAt(target: unknown, path: string, value: unknown): unknown {
  if (path === '') return value;
  const [key = '', ...rest] = path.split('.');
  const record = isRecord(target) ? target : {};
  return { ...record, [key]: withValueAt(record[key], rest.join('.'), value) };
}
