import type { Api } from '../../generated/api.gen.js';
import type {
  CompletionArgsParam,
  ConversationResponse,
  MessageOutputEntry,
} from '../../generated/types.gen.js';
import { textOf } from '../content/text-of.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { callsToConfirm, callsToRun } from '../messages/conversation-calls.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import type { Params, RequestOptions, Resource, StreamPromise } from '../resources/method.js';
import { ConversationStream } from '../streaming/conversation-stream.js';
import type { APIPromise } from '../transport/api-promise.js';
import { openedOrFailed, parsedCall } from './parsed-call.js';
import { ParsedStream } from './parsed-stream.js';
import { readReply } from './read-reply.js';
import { readFormat, type Format, type Parsed, type PartlyParsed } from './response-format.js';
import type { Schema } from './schema.js';
import { StructuredOutputError } from './structured-output-error.js';

/** The response of a conversation with its parsed last message. */
export interface ParsedConversation<Output> {
  /** The parsed last message. */
  readonly parsed: Output;
  /** The last message of the server, unchanged. */
  readonly message: MessageOutputEntry;
  /** The API's response, with `conversation_id` and the usage. */
  readonly response: ConversationResponse;
}

type WithResponseFormat<Parameters, F> = Omit<Parameters, 'completion_args'> & {
  completion_args: Omit<CompletionArgsParam, 'response_format'> & {
    /** The schema of the reply, or the result of `responseFormat()`. */
    response_format: F;
  };
};

type Conversations = Resource<Api>['beta']['conversations'];
type Shapes = Api['beta']['conversations'];
type Name = 'start' | 'append' | 'restart';

/** The methods of `mistral.beta.conversations` that are used. */
export type ConversationsResource = Pick<Conversations, Name | `${Name}Stream`>;

type ParseMethod<P> = <F extends Format>(
  params: WithResponseFormat<P, F>,
  options?: RequestOptions,
) => APIPromise<ParsedConversation<Parsed<F>>>;

type StreamMethod<P> = <F extends Format>(
  params: WithResponseFormat<P, F>,
  options?: RequestOptions,
) => ParsedStream<StreamPromise<ConversationStream>, PartlyParsed<F>, ParsedConversation<Parsed<F>>>;

/**
 * Result of {@link structured} for `mistral.beta.conversations`: the same methods, with a schema as the `response_format` in
 * `completion_args`.
 */
export interface StructuredConversations {
  start: ParseMethod<Params<Shapes['start']>>;
  startStream: StreamMethod<Params<Shapes['startStream']>>;
  append: ParseMethod<Params<Shapes['append']>>;
  appendStream: StreamMethod<Params<Shapes['appendStream']>>;
  restart: ParseMethod<Params<Shapes['restart']>>;
  restartStream: StreamMethod<Params<Shapes['restartStream']>>;
}

type Given = Readonly<Record<string, unknown>>;

/** See {@link StructuredConversations} for the types. */
export function structuredConversations(resource: ConversationsResource) {
  return {
    start: parsing('start'),
    startStream: streaming('startStream'),
    append: parsing('append'),
    appendStream: streaming('appendStream'),
    restart: parsing('restart'),
    restartStream: streaming('restartStream'),
  };

  function parsing(name: Name) {
    return (params: Given, options?: RequestOptions) =>
      parsedCall(() => {
        const { sent, schema } = withFormat(params, name);
        return {
          call: resource[name](sent, options),
          read: (response) => readResponse(response, schema),
        };
      }, options);
  }

  function streaming(name: `${Name}Stream`) {
    return (params: Given, options?: RequestOptions) => {
      const { source, schema } = openedOrFailed(() => {
        const { sent, schema: given } = withFormat(params, name);
        return { source: resource[name](sent, options), schema: given };
      }, ConversationStream);
      return new ParsedStream({
        source,
        listen: (onText) => void source.on('text', (delta, _, entry) => onText(delta, entry)),
        finish: async () =>
          untilCallerAborts(options?.signal, readResponse(await source.finalResponse(), schema)),
      });
    };
  }
}

function withFormat(params: Given, method: string): { sent: never; schema: Schema } {
  const completionArgs = isRecord(params) ? params.completion_args : undefined;
  if (!isRecord(completionArgs))
    throw new ArgumentError(`${method}(params): \`completion_args.response_format\` must be a schema`);
  const { wire, schema } = readFormat(completionArgs.response_format, '`completion_args.response_format`');
  const sent = { ...params, completion_args: { ...completionArgs, response_format: wire } };
  // The types of the methods check the other parameters.
  return { sent: sent as never, schema };
}

async function readResponse(
  response: ConversationResponse,
  schema: Schema,
): Promise<ParsedConversation<unknown>> {
  // Responses are not validated, and a server may omit empty fields.
  const outputs = (response.outputs ?? []).filter(isRecord);
  const message = outputs.findLast((entry) => entry.type === 'message.output');
  const text = textOf(message);
  if (callsToRun(outputs).length + callsToConfirm(outputs).length > 0)
    throw new StructuredOutputError('The conversation waits for the results of tools; see `response`', {
      reason: 'tool-calls',
      text,
      response,
    });
  if (!message)
    throw new StructuredOutputError('The response has no message', { reason: 'empty', text, response });
  const parsed = await readReply({ subject: 'The reply', text, response }, schema);
  return { parsed, message, response };
}
