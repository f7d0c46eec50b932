import { isAlwaysThrown } from '../description/always-thrown.js';
import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import type { Sampler } from './sample.js';
import { resolve, schemaName } from '../description/schema.js';

/** What making a response takes. */
export interface MockContext {
  readonly document: JsonObject;
  readonly operations: readonly Operation[];
  readonly sampler: Sampler;
  readonly onMisfit: (message: string) => void;
}

/** The body of a JSON response: the description's example, or a sample. */
export function bodyOf(context: MockContext, operation: Operation): JsonValue {
  const [example] = examplesOf(context.document, operation);
  if (example !== undefined) return checked(context, operation, shorten(example));
  return checked(
    context,
    operation,
    withId(context, operation, context.sampler.sample(operation.success.schema!)),
  );
}

const longestText = 200;

/** A page of text in an example says no more than its beginning. */
function shorten(value: JsonValue): JsonValue {
  if (typeof value === 'string')
    // What has no spaces is no text, but a URL or base64.
    return value.length > longestText && /\s/.test(value) ? `${value.slice(0, longestText)}…` : value;
  if (Array.isArray(value)) return value.map(shorten);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shorten(field)]));
}

/**
 * The events of a stream: the description's examples in their order, or a sample of each kind of event that
 * is no error, one that ends the stream last.
 */
export function eventsOf(context: MockContext, operation: Operation): JsonValue[] {
  const examples = examplesOf(context.document, operation);
  const events = examples.length > 0 ? examples : sampleEvents(context, operation);
  return events.map((event) => checked(context, operation, event));
}

function sampleEvents({ document, sampler }: MockContext, { success, stream }: Operation): JsonValue[] {
  const samples = variantsOf(document, success.schema!)
    .filter((schema) => !isAlwaysThrown(document, schema))
    .map((schema) => sampler.sample(schema));
  const { tag, terminal, error } = stream ?? {};
  const isAmong = (tags: JsonValue | undefined) => (event: JsonValue) =>
    Array.isArray(tags) && isObject(event) && tags.includes(event[String(tag)] ?? null);
  const welcome = samples.filter((event) => !isAmong(error)(event));
  return [
    ...welcome.filter((event) => !isAmong(terminal)(event)),
    ...welcome.filter(isAmong(terminal)).slice(0, 1),
  ];
}

/** The members of a union, or the schema itself where there is no choice. */
export function variantsOf(document: JsonObject, schema: JsonValue): readonly JsonValue[] {
  const { oneOf, anyOf } = resolve(document, schema);
  const members = oneOf ?? anyOf;
  return Array.isArray(members) ? members : [schema];
}

/** The first JSON example of each named schema, whichever operation has it. */
export function namedExamples(
  document: JsonObject,
  operations: readonly Operation[],
): Map<string, JsonValue> {
  const examples = new Map<string, JsonValue>();
  for (const operation of operations) {
    const name = schemaName(operation.success.schema);
    const [example] = operation.kind === 'json' ? examplesOf(document, operation) : [];
    if (name !== undefined && example !== undefined && !examples.has(name)) examples.set(name, example);
  }
  return examples;
}

function examplesOf(document: JsonObject, { success: { media } }: Operation): JsonValue[] {
  if (media?.example !== undefined) return [media.example];
  const examples = Object.values(isObject(media?.examples) ? media.examples : {});
  return examples.flatMap((example) => resolve(document, example).value ?? []);
}

/** The value, which is reported if it does not fit the schema of the operation's response. */
export function checked(
  { sampler, onMisfit }: MockContext,
  { id, success }: Operation,
  value: JsonValue,
): JsonValue {
  const fault = sampler.faultOf(success.schema ?? {}, value);
  if (fault !== undefined) {
    onMisfit(
      `${id}: the mock response does not fit its schema: ${fault}\n  ${JSON.stringify(value).slice(0, 500)}\n` +
        '  Repair the example in the description with an overlay, or add one where the sampler guessed wrong.',
    );
  }
  return value;
}

/** The sample with an id that the routes of its resource take: a UUID where they ask for one. */
export function withId({ operations }: MockContext, { id, path }: Operation, sample: JsonValue): JsonValue {
  if (!isObject(sample) || typeof sample.id !== 'string') return sample;
  const takesUuid = operations.some((other) =>
    other.pathParameters.some(
      ({ name, schema }) => schema.format === 'uuid' && other.path.startsWith(`${path}/{${name}}`),
    ),
  );
  if (takesUuid) return { ...sample, id: numberedUuid(1) };
  const resource = id.split('.').at(-2)!;
  return {
    ...sample,
    id: sample.id.replace(/^\w+_1$/, `${resource.replace(/ies$/, 'y').replace(/s$/, '')}_1`),
  };
}

export const numberedUuid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Fields without content are not emitted. */
export const unlessEmpty = <Value extends object>(value: Value): Value | undefined =>
  Object.keys(value).length === 0 ? undefined : value;
