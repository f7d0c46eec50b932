import type { StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import type { AIMessage } from '@langchain/core/messages';
import { toJsonSchema } from '@langchain/core/utils/json_schema';

import type { ChatCompletionResponse, ResponseFormat, UsageInfo } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { readChoice } from '../structured/completions.js';
import { readReply } from '../structured/read-reply.js';
import { responseFormat } from '../structured/response-format.js';
import type { PlainJsonSchema, Schema } from '../structured/schema.js';
import { StructuredOutputError } from '../structured/structured-output-error.js';
import { wireSchemaOf } from '../structured/wire-schema.js';

/** A schema of zod 3.24 or later or of another library of Standard Schema, which has the type of the output, or JSON Schema. */
export type OutputSchema<Output> =
  { readonly '~standard': { readonly types?: { readonly output: Output } | undefined } } | object;

/** How the model is asked for a value, and how its reply is read. */
export interface StructuredOutput {
  readonly method: 'jsonSchema' | 'functionCalling' | 'jsonMode';
  readonly name: string;
  readonly json: Record<string, unknown>;
  readonly description: string | undefined;
  readonly strict: boolean | undefined;
  /** @throws {StructuredOutputError} if the reply does not fit. */
  read(message: AIMessage): Promise<unknown>;
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
  const json = jsonOf(given);
  const { title, description } = json;
  const named = name ?? (typeof title === 'string' && /^[\w-]{1,64}$/.test(title) ? title : 'extract');
  // Whatever is not a schema has been refused.
  const schema = given as Schema;
  return {
    method,
    name: named,
    json,
    description: typeof description === 'string' ? description : undefined,
    strict,
    read: (message) =>
      method === 'functionCalling' ? readCall(message, named, schema) : readText(message, schema),
  };
}

function jsonOf(schema: unknown): Record<string, unknown> {
  const place = 'The schema of `withStructuredOutput`';
  let json: unknown;
  try {
    json = toJsonSchema(schema as never);
  } catch (cause) {
    throw new ArgumentError(`${place} has no JSON Schema: ${describeThrown(cause)}`, { cause });
  }
  // It refuses what is not an object.
  return wireSchemaOf(json as PlainJsonSchema, place);
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

const readText = (message: AIMessage, schema: Schema): Promise<unknown> => {
  const response = completionOf(message);
  return readChoice(response.choices[0]!, response, schema);
};

async function readCall(message: AIMessage, name: string, schema: Schema): Promise<unknown> {
  const response = completionOf(message);
  const call = message.tool_calls?.find((each) => each.name === name);
  if (!call) {
    const refused = message.invalid_tool_calls?.find((each) => each.name === name);
    if (!refused) return fail('does not call the tool', 'empty', message.text);
    return fail(
      `calls the tool in vain: ${refused.error ?? 'its arguments are not JSON'}`,
      'not-json',
      refused.args ?? '',
    );
  }
  return readReply({ subject: 'The call of the model', text: JSON.stringify(call.args), response }, schema);

  function fail(problem: string, reason: 'empty' | 'not-json', text: string): never {
    throw new StructuredOutputError(`The reply ${problem} \`${name}\``, { reason, text, response });
  }
}

/** The completion that a message is of, as far as it is kept in the message. */
function completionOf({ id = '', text, tool_calls, response_metadata }: AIMessage): ChatCompletionResponse {
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
