import type { Api } from '../../generated/api.gen.js';
import type {
  AssistantMessage,
  ChatCompletionChoice,
  ChatCompletionResponse,
} from '../../generated/types.gen.js';
import { messageOf } from '../content/message-of.js';
import { textOf } from '../content/text-of.js';
import { toolCallsOf } from '../content/tool-calls-of.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unfinishedBy, type Unfinished } from '../messages/finish.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import type { Params, RequestOptions, Resource, StreamPromise } from '../resources/method.js';
import { CompletionStream } from '../streaming/completion-stream.js';
import type { APIPromise } from '../transport/api-promise.js';
import { openedOrFailed, parsedCall } from './parsed-call.js';
import { ParsedStream } from './parsed-stream.js';
import { readReply } from './read-reply.js';
import { readFormat, type Format, type Parsed, type PartlyParsed } from './response-format.js';
import type { Schema } from './schema.js';
import { StructuredOutputError, type StructuredOutputReason } from './structured-output-error.js';

/** A choice with its parsed message. */
export interface ParsedChoice<Output> extends ChatCompletionChoice {
  readonly parsed: Output;
}

/** A completion with its parsed reply. */
export interface ParsedCompletion<Output> {
  /** The parsed reply of the first choice. */
  readonly parsed: Output;
  /** The message of the first choice, ready for `messages` of the next call. */
  readonly message: AssistantMessage;
  /** All choices: more than one if `n` was set. */
  readonly choices: readonly ParsedChoice<Output>[];
  /** The API's completion, with the usage. */
  readonly completion: ChatCompletionResponse;
}

type WithFormat<Parameters, F> = Omit<Parameters, 'response_format'> & {
  /** The schema of the reply, or the result of `responseFormat()`. */
  response_format: F;
};

/** Result of {@link structured} for `mistral.chat` and `mistral.agents`. */
export interface StructuredCompletions<CompleteParams, StreamParams> {
  /**
   * `complete`, with a reply that is parsed by a schema.
   *
   * @throws {ArgumentError} if the schema cannot be sent; nothing is.
   * @throws {StructuredOutputError} if the reply does not fit the schema.
   */
  parse<F extends Format>(
    params: WithFormat<CompleteParams, F>,
    options?: RequestOptions,
  ): APIPromise<ParsedCompletion<Parsed<F>>>;
  /**
   * `stream`, with a reply that is parsed by a schema while it arrives. It has one choice: `n` must be 1.
   *
   * @throws {ArgumentError} if the schema cannot be sent; nothing is.
   */
  stream<F extends Format>(
    params: WithFormat<Omit<StreamParams, 'n'>, F> & { n?: 1 | null },
    options?: RequestOptions,
  ): ParsedStream<StreamPromise<CompletionStream>, PartlyParsed<F>, ParsedCompletion<Parsed<F>>>;
}

type Chat = Resource<Api>['chat'];
type Agents = Resource<Api>['agents'];

/** The methods of `mistral.chat` that are used. */
export type ChatResource = Pick<Chat, 'complete' | 'stream'>;
/** The methods of `mistral.agents` that are used. */
export type AgentsResource = Pick<Agents, 'complete' | 'stream'>;

export type StructuredChat = StructuredCompletions<
  Params<Api['chat']['complete']>,
  Params<Api['chat']['stream']>
>;
export type StructuredAgents = StructuredCompletions<
  Params<Api['agents']['complete']>,
  Params<Api['agents']['stream']>
>;

/** Of a chat or of an agent. */
interface Completions {
  complete(params: never, options?: RequestOptions): APIPromise<ChatCompletionResponse>;
  stream(params: never, options?: RequestOptions): StreamPromise<CompletionStream>;
}

type Given = Readonly<Record<string, unknown>>;

/** See {@link StructuredCompletions} for the types. */
export const structuredCompletions = (resource: Completions) => ({
  parse: (params: Given, options?: RequestOptions) =>
    parsedCall(() => {
      const { sent, schema } = withFormat(params, 'parse');
      return {
        call: resource.complete(sent, options),
        read: (completion) => readCompletion(completion, schema),
      };
    }, options),

  stream: (params: Given, options?: RequestOptions) => {
    const { source, schema } = openedOrFailed(() => {
      const { sent, schema: given } = withFormat(params, 'stream');
      if (typeof params.n === 'number' && params.n > 1)
        throw new ArgumentError('stream(params): only `parse()` reads more than one choice; leave out `n`');
      return { source: resource.stream(sent, options), schema: given };
    }, CompletionStream);
    return new ParsedStream({
      source,
      listen: (onText) => void source.on('text', (delta, _, choice) => onText(delta, choice)),
      finish: async () =>
        untilCallerAborts(options?.signal, readCompletion(await source.finalCompletion(), schema)),
    });
  },
});

function withFormat(params: Given, method: string): { sent: never; schema: Schema } {
  if (!isRecord(params)) throw new ArgumentError(`${method}(params): \`params\` must be an object`);
  const { wire, schema } = readFormat(params.response_format, '`response_format`');
  // The types of the two resources check the other parameters.
  return { sent: { ...params, response_format: wire } as never, schema };
}

async function readCompletion(
  completion: ChatCompletionResponse,
  schema: Schema,
): Promise<ParsedCompletion<unknown>> {
  const choices = await Promise.all(
    // Responses are not validated, and a server may omit empty fields.
    (completion.choices ?? []).filter(isRecord).map(async (choice) => ({
      ...choice,
      parsed: await readChoice(choice, completion, schema),
    })),
  );
  const [first] = choices;
  if (!first)
    throw new StructuredOutputError('The completion has no choices', {
      reason: 'empty',
      text: '',
      response: completion,
    });
  return {
    parsed: first.parsed,
    message: messageOf(completion),
    choices,
    completion,
  };
}

export async function readChoice(
  choice: ChatCompletionChoice,
  response: ChatCompletionResponse,
  schema: Schema,
): Promise<unknown> {
  const text = textOf(choice);
  const unfinished = unfinishedBy(choice.finish_reason);
  const [reason, problem] = unfinished ? ended[unfinished] : callsTools(choice) ? ended.tool_calls : [];
  if (reason) throw new StructuredOutputError(`The reply ${problem}`, { reason, text, response });
  return readReply({ subject: 'The reply', text, response }, schema);
}

type Ending = readonly [reason: StructuredOutputReason, problem: string];

/** Finish reasons without a complete reply. */
const ended: Readonly<Record<Unfinished | 'tool_calls', Ending>> = {
  length: ['length', 'was truncated at a token limit: raise `max_tokens`, or ask for less'],
  failed: ['failed', 'failed while the model wrote it; the same request may succeed'],
  tool_calls: ['tool-calls', 'calls tools and has no final text; see `response`'],
};

const callsTools = (choice: ChatCompletionChoice): boolean =>
  choice.finish_reason === 'tool_calls' || toolCallsOf(choice).length > 0;
