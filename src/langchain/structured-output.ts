import type { StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import type { AIMessage, AIMessageChunk } from '@langchain/core/messages';

import type { ChatCompletionResponse, ResponseFormat, UsageInfo } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unfinishedBy } from '../messages/finish.js';
import { readChoice } from '../structured/completions.js';
import { readReply } from '../structured/read-reply.js';
import { responseFormat } from '../structured/response-format.js';
import type { Schema } from '../structured/schema.js';
import { StructuredOutputError } from '../structured/structured-output-error.js';
import { strictIfPossible, wireJsonSchema } from './json-schema.js';

/**
 * A schema of zod 3.24 or later or of another library of Standard Schema, which has the type of the output, or JSON Schema, by
 * itself or as the `parameters` of a function with a `name`.
 */
export type OutputSchema<Output> =
  { readonly '~standard': { readonly types?: { readonly output: Output } | undefined } } | object;

type Message = AIMessage | AIMessageChunk;

/** How the model is asked for a value, and how its reply is read. */
export interface StructuredOutput {
  readonly method: 'jsonSchema' | 'functionCalling' | 'jsonMode';
  readonly name: string;
  readonly json: Record<string, unknown>;
  readonly description: string | undefined;
  readonly strict: boolean | undefined;
  /** @throws {StructuredOutputError} if the reply does not fit. */
  read(message: Message): Promise<unknown>;
  /** How the JSON of a reply arrives: what each chunk of it has, in their order. */
  follow(): (chunk: Message) => string;
}

/** @throws {ArgumentError} for a method that does not exist, or a schema that cannot be sent. */
export function structuredOutput(
  given: unknown,
  { method = 'jsonSchema', name, strict }: StructuredOutputMethodOptions<boolean>,
): StructuredOutput {
  if (method !== 'jsonSchema' && method !== 'functionCalling' && method !== 'jsonMode')
    throw new ArgumentError(
      `withStructuredOutput(schema, config): \`method\` is ${JSON.stringify(method)}; expected 'jsonSchema', 'functionCalling' or 'jsonMode'`,
    );
  const { parameters, ...described } = isFunction(given) ? given : { parameters: given };
  const place = 'The schema of `withStructuredOutput`';
  const json = wireJsonSchema(parameters, place);
  const { name: title = json.title, description = json.description }: Record<string, unknown> = described;
  const named = name ?? (typeof title === 'string' && /^[\w-]{1,64}$/.test(title) ? title : 'extract');
  if (strict && method !== 'jsonMode') strictIfPossible(json, place, true);
  // Whatever is not a schema has been refused.
  const schema = parameters as Schema;
  return {
    method,
    name: named,
    json,
    description: typeof description === 'string' ? description : undefined,
    strict,
    read: (message) =>
      method === 'functionCalling' ? readCall(message, named, schema) : readText(message, schema),
    follow: () => (method === 'functionCalling' ? argumentsOf(named) : ({ text }) => text),
  };
}

const isFunction = (given: unknown): given is { readonly parameters: object } =>
  isRecord(given) && typeof given.name === 'string' && isRecord(given.parameters) && given.type === undefined;

/** Of the first call of a tool. */
function argumentsOf(name: string): (chunk: Partial<AIMessageChunk>) => string {
  let first: number | undefined;
  return ({ tool_call_chunks: chunks = [] }) => {
    first ??= chunks.find((chunk) => chunk.name === name)?.index;
    return chunks.map(({ index, args }) => (first !== undefined && index === first ? args : '')).join('');
  };
}

/** Strict, unless the schema has what strict mode does not support, and nobody asked for it. */
export function responseFormatOf({ json, name, description, strict }: StructuredOutput): ResponseFormat {
  const options = { name, description };
  try {
    return responseFormat(json, { ...options, strict: strict ?? true });
  } catch (error) {
    if (strict !== undefined) throw error;
    return responseFormat(json, { ...options, strict: false });
  }
}

/**
 * A `response_format` with its schema as the API takes it. Agents of LangChain write a schema as zod does, and ask for strict mode
 * whether it supports the schema or not.
 */
export function wireFormat(
  format: unknown,
  options: { readonly ls_structured_output_format?: unknown } = {},
) {
  if (!isRecord(format) || !isRecord(format.json_schema)) return format;
  const { json_schema: given } = format;
  const schema = wireJsonSchema(given.schema, formatPlace);
  const sent =
    given.strict === true
      ? strictIfPossible(schema, formatPlace, options.ls_structured_output_format === undefined)
      : { schema };
  return { ...format, json_schema: { ...given, ...sent } };
}

const formatPlace = 'The schema of `response_format`';

const readText = (message: Message, schema: Schema): Promise<unknown> => {
  const response = completionOf(message);
  return readChoice(response.choices[0]!, response, schema);
};

async function readCall(message: Message, name: string, schema: Schema): Promise<unknown> {
  const response = completionOf(message);
  const call = message.tool_calls?.find((each) => each.name === name);
  if (!call) {
    // Says that it is incomplete.
    if (unfinishedBy(response.choices[0]!.finish_reason)) return readText(message, schema);
    const refused = message.invalid_tool_calls?.find((each) => each.name === name);
    if (!refused) return fail(`does not call the tool \`${name}\``, 'empty', message.text);
    return fail(
      `calls the tool \`${name}\` with arguments that are not a JSON object`,
      'not-json',
      refused.args ?? '',
    );
  }
  return readReply({ subject: 'The call of the model', text: JSON.stringify(call.args), response }, schema);

  function fail(problem: string, reason: 'empty' | 'not-json', text: string): never {
    throw new StructuredOutputError(`The reply ${problem}`, { reason, text, response });
  }
}

/** The completion that a message is of, as far as it is kept in the message. */
function completionOf({ id = '', text, tool_calls, response_metadata }: Message): ChatCompletionResponse {
  const { model, created, usage, finish_reason } = response_metadata as {
    readonly model: string;
    readonly created: number;
    readonly usage: UsageInfo;
    readonly finish_reason: ChatCompletionResponse['choices'][number]['finish_reason'];
  };
  const calls = tool_calls?.map(({ id: callId, name, args }) => ({
    ...(callId === undefined ? {} : { id: callId }),
    function: { name, arguments: args },
  }));
  return {
    id,
    object: 'chat.completion',
    model,
    created,
    usage,
    choices: [
      {
        index: 0,
        finish_reason,
        message: { role: 'assistant', content: text, ...(calls?.length ? { tool_calls: calls } : {}) },
      },
    ],
  };
}
