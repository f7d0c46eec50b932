import { ArgumentError } from '../errors/argument-error.js';

/**
 * Fill in the `{name}` parameters of a path template.
 *
 * A value that is empty, `.` or `..` would lead to another route (`DELETE /v1/files/..` is `DELETE /v1/`), so
 * it is refused, as is anything but a string or a finite number.
 *
 * @throws {ArgumentError} naming the parameter.
 */
export function fillPath(template: string, parameters: Readonly<Record<string, unknown>> = {}): string {
  // Nothing to fill in, and nothing that a URL parser could interpret differently.
  if (!/[{.%\\?#]/.test(template)) return template;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeSegment(name, parameters[name]));
  const { pathname } = new URL(path, 'https://mistral-sdk.invalid');
  // Refuses everything that a URL parser would not read as a single segment.
  if (pathname.split('/').length !== template.split('/').length) {
    throw new ArgumentError(`The path \`${template}\` would lead to another route with these parameters`);
  }
  return path;
}

function encodeSegment(name: string, value: unknown): string {
  if (typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'string') {
    throw new ArgumentError(
      `\`${name}\` is ${value === null ? 'null' : describe(value)}; pass a non-empty string`,
    );
  }
  const text = String(value);
  if (text === '' || text === '.' || text === '..') {
    throw new ArgumentError(
      `\`${name}\` is ${JSON.stringify(text)}, which would address another route; pass an id`,
    );
  }
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new ArgumentError(`\`${name}\` has a lone surrogate, which a URL cannot contain`, { cause });
  }
}

const describe = (value: unknown): string => (typeof value === 'number' ? String(value) : typeof value);
