import { ArgumentError } from '../errors/argument-error.js';

/**
 * Fill the `{name}` places of a path template.
 *
 * A value that is empty, `.` or `..` would lead to another route (`DELETE /v1/files/..` is `DELETE /v1/`), so
 * it is refused, as is anything but a string or a finite number.
 *
 * @throws {ArgumentError} naming the parameter.
 */
export function fillPath(template: string, parameters: Readonly<Record<string, unknown>> = {}): string {
  // Nothing to fill in, and nothing that a URL parser could read in another way.
  if (!/[{.%\\?#]/.test(template)) return template;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeSegment(name, parameters[name]));
  const { pathname } = new URL(path, 'https://mistral-sdk.invalid');
  // What a URL parser takes for something else than one segment, whoever wrote it, ends here.
  if (pathname.split('/').length !== template.split('/').length) {
    throw new ArgumentError(`The path \`${template}\` would lead to another route with these parameters`);
  }
  return path;
}

function encodeSegment(name: string, value: unknown): string {
  if (typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'string') {
    throw new ArgumentError(
      `\`${name}\` is ${value === null ? 'null' : describe(value)}; pass a string that is not empty`,
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
    throw new ArgumentError(`\`${name}\` holds half of a surrogate pair, which no URL can carry`, { cause });
  }
}

const describe = (value: unknown): string => (typeof value === 'number' ? String(value) : typeof value);
