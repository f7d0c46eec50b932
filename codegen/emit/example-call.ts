import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import { createSampler, type Sampler } from './sample.js';
import { namedExamples } from './mock-response.js';

/** Writes a call of an operation as TypeScript. */
export type WriteCall = (operation: Operation) => string[];

/**
 * Examples of calls: with the example that the description has of the body, or else with what is required, files
 * included wherever they can be sent.
 */
export function exampleCalls(document: JsonObject, operations: readonly Operation[]): WriteCall {
  const sampler = createSampler(document, namedExamples(document, operations));
  return (operation) => {
    const params = paramsOf(sampler, operation);
    const call = `mistral.${operation.id}(${Object.keys(params).length > 0 ? spell(params) : ''})`;
    return use[operation.kind](call).split('\n');
  };
}

const use: Readonly<Record<Operation['kind'], (call: string) => string>> = {
  json: (call) => `const response = await ${call};\nconsole.log(response);`,
  stream: (call) => `for await (const event of ${call}) {\n  console.log(event);\n}`,
  page: (call) => `for await (const item of ${call}) {\n  console.log(item);\n}`,
  binary: (call) => `const response = await ${call};\nconsole.log(await response.text());`,
  void: (call) => `await ${call};`,
};

function paramsOf(sampler: Sampler, operation: Operation): JsonObject {
  const { pathParameters, queryParameters, body } = operation;
  const places = [...pathParameters, ...queryParameters].map(({ name, required, schema }) => ({
    name,
    required,
    written: schema as JsonValue,
  }));
  const fields = (body?.properties ?? []).filter(({ name }) => !(name in (body?.fixed ?? {})));
  const given = body?.isWhole && body.example !== undefined ? { body: body.example } : body?.example;
  const example = isObject(given) ? given : undefined;
  const files = fields.filter(({ schema }) => isFile(schema));
  const sampled = [...places, ...(example ? [] : fields)].filter(
    ({ name, required }) => required && !files.some((file) => file.name === name),
  );
  return {
    // Names say what a value is, so the parameters are sampled as what they are together: one object.
    ...(sampler.sample({
      type: 'object',
      properties: Object.fromEntries(sampled.map(({ name, written }) => [name, written])),
      required: sampled.map(({ name }) => name),
    }) as JsonObject),
    ...Object.fromEntries(Object.entries(example ?? {}).filter(([name]) => !(name in body!.fixed))),
    ...Object.fromEntries(files.map(({ name }) => [name, fileFor(operation)])),
  };
}

const isFile = (schema: JsonObject): boolean =>
  schema.format === 'binary' ||
  [schema.anyOf, schema.oneOf].some(
    (members) => Array.isArray(members) && members.some((member) => isObject(member) && isFile(member)),
  );

const fileFor = ({ id }: Operation): JsonObject =>
  id.startsWith('audio.') ? { name: 'speech.mp3', content: '…' } : { name: 'notes.txt', content: 'Bonjour' };

const widest = 70;

/** A value as TypeScript: on one line where it fits. */
function spell(value: JsonValue, indent = ''): string {
  const line = spellOnOneLine(value);
  if (line.length + indent.length <= widest || typeof value !== 'object' || value === null) return line;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const items = Array.isArray(value)
    ? value.map((item) => spell(item, deeper))
    : Object.entries(value).map(([key, field]) => `${spellKey(key)}: ${spell(field, deeper)}`);
  return [open, ...items.map((item) => `${deeper}${item},`), `${indent}${close}`].join('\n');
}

function spellOnOneLine(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(spellOnOneLine).join(', ')}]`;
  if (typeof value === 'string') return spellText(value);
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${spellKey(key)}: ${spellOnOneLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

const spellKey = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : spellText(key));

/** JSON's escapes are TypeScript's; only the quotes change their roles. */
const spellText = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
