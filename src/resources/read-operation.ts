import type { Described, Operation } from '../../generated/api.gen.js';

const known = new WeakMap<Described<unknown>, Operation>();

/** What an operation's line of the table says; each is read when it is first called. */
export function readOperation(described: Described<unknown>): Operation {
  let operation = known.get(described);
  if (!operation) {
    operation = read(described);
    known.set(described, operation);
  }
  return operation;
}

/** `files.list` of `files.list page GET /v1/files?page`. */
export const nameOf = ({ is }: Described<unknown>): string => is.slice(0, is.indexOf(' '));

const shapes: readonly unknown[] = ['object', 'array', 'string'] satisfies Operation['responseShape'][];

function read({ is, json, form, ...details }: Described<unknown>): Operation {
  // The generator writes nothing else.
  const [id, response, method, route] = is.split(' ') as [
    string,
    Operation['kind'] & Operation['responseShape'],
    string,
    string,
  ];
  const [url, query = ''] = route.split('?') as [string, string?];
  const parameters = query.split('&').map((parameter) => parameter.split('='));
  const objects = parameters.filter(([, style = 'json']) => style !== 'json');
  const names = json ?? form;
  return {
    id,
    ...(shapes.includes(response) ? { kind: 'json', responseShape: response } : { kind: response }),
    method,
    url,
    path: Array.from(url.matchAll(/\{(\w+)\}/g), ([, name]) => name!),
    query: query ? parameters.map(([name]) => name!) : [],
    jsonQuery: parameters.filter(([, style]) => style === 'json').map(([name]) => name!),
    queryFields: Object.fromEntries(objects.map(([name, fields]) => [name, fields!.split(',')])),
    ...(names ? { body: json ? 'json' : 'multipart', names } : {}),
    ...details,
  };
}
