import type {
  BaseLanguageModelInput,
  StructuredOutputMethodOptions,
} from '@langchain/core/language_models/base';
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
  type BindToolsInput,
  type LangSmithParams,
} from '@langchain/core/language_models/chat_models';
import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk, ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';

import { chatComplete } from '../../generated/operations.gen.js';
import type { ChatCompleteParams } from '../../generated/params.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { nearestName } from '../internal/nearest-name.js';
import type { RequestOptions } from '../resources/method.js';
import {
  callerOptions,
  connect,
  connectionNames,
  requestOptionsOf,
  type LangChainClient,
  type LangChainConnection,
} from './connection.js';
import { chatResult } from './reply-message.js';
import { ReplyReader } from './reply-reader.js';
import { responseFormatOf, structuredOutput, wireFormat, type OutputSchema } from './structured-output.js';
import { StructuredReader } from './structured-reader.js';
import { wireMessages } from './wire-messages.js';
import { wireToolChoice, wireTools } from './wire-tools.js';

/** LangChain has names of its own for these, or makes them itself. */
type Own = 'messages' | 'metadata' | 'n' | 'tools' | 'tool_choice' | 'stop';

/** The parameters of a request, named as on the wire. */
type WireFields = Omit<ChatCompleteParams, Own | 'model'>;

/** Options of {@link ChatMistral}: parameters of the requests, the connection, and those of every model of LangChain. */
export interface ChatMistralOptions
  extends WireFields, Omit<BaseChatModelParams, 'maxRetries'>, LangChainConnection<'chat'> {
  /** ID of the model to use. */
  model: ChatCompleteParams['model'];
  /** Texts that end the reply. */
  stop?: string | string[] | undefined;
  /**
   * Whether `invoke()` streams, so that callbacks get the tokens.
   *
   * @default false
   */
  streaming?: boolean | undefined;
}

/** Options of one call: parameters of the request take precedence over those of the model. */
export interface ChatMistralCallOptions extends BaseChatModelCallOptions, WireFields {
  model?: ChatCompleteParams['model'] | undefined;
  /** Tools of LangChain or in the form of the API, as for `bindTools()`. */
  tools?: BindToolsInput[] | undefined;
  /** Whether the API enforces the schemas of the tools. */
  strict?: boolean | undefined;
  /** Over those of the model. */
  requestOptions?: Omit<RequestOptions, 'signal'> | undefined;
}

type RunManager = Parameters<BaseChatModel['_generate']>[2];

const wireNames: readonly string[] = /* @__PURE__ */ namesOfFields();

/** Those of the description, so that none is forgotten. */
function namesOfFields(): string[] {
  return Object.keys(chatComplete.json ?? {}).filter((name) => !['messages', 'metadata', 'n'].includes(name));
}

const mistaken: Readonly<Record<string, string>> = {
  modelName: 'model',
  stopSequences: 'stop',
  seed: 'random_seed',
  timeout: 'requestOptions: { timeoutMs }',
  serverURL: 'baseURL',
  endpoint: 'baseURL',
};

/**
 * A chat model for LangChain, over the client of this package: with its retries, its timeouts, its errors and its streams, which
 * never end early without an error.
 *
 * @throws {ArgumentError} if an option is misspelt, or cannot be right.
 *
 * @example
 * ```ts
 * import { ChatMistral } from 'mistral-sdk/langchain';
 *
 * const model = new ChatMistral({ model: 'mistral-small-latest', temperature: 0 });
 * const reply = await model.invoke('What is the best French cheese?');
 * console.log(reply.text, reply.usage_metadata);
 * ```
 */
export class ChatMistral extends BaseChatModel<ChatMistralCallOptions> {
  override lc_serializable = true;
  /** Sends the requests. */
  readonly client: LangChainClient<'chat'>;
  readonly model: string;
  readonly streaming: boolean;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #requestOptions: Omit<RequestOptions, 'signal'> | undefined;
  readonly #maxRetries: number | undefined;

  constructor(options: ChatMistralOptions) {
    const { kept, fields } = split(options);
    super({
      ...kept,
      ...callerOptions,
      ...(options.onFailedAttempt && { onFailedAttempt: options.onFailedAttempt }),
    });
    // What LangChain serializes, as the constructor would take it again: without the connection.
    this.lc_kwargs = kept;
    this.client = connect<'chat'>(options);
    this.model = options.model;
    this.streaming = options.streaming ?? false;
    this.#fields = fields;
    this.#requestOptions = options.requestOptions;
    this.#maxRetries = options.maxRetries;
  }

  static override lc_name(): string {
    return 'ChatMistral';
  }

  _llmType(): string {
    return 'mistral';
  }

  /** What models of this API can do; which of them take images or documents is in `mistral.models.list()`. */
  override get profile(): { toolCalling: true; toolChoice: true; structuredOutput: true } {
    return { toolCalling: true, toolChoice: true, structuredOutput: true };
  }

  override getLsParams(options: this['ParsedCallOptions']): LangSmithParams {
    const { model, temperature, max_tokens, stop } = this.invocationParams(options);
    return {
      ls_provider: 'mistral',
      ls_model_name: model,
      ls_model_type: 'chat',
      ...(typeof temperature === 'number' && { ls_temperature: temperature }),
      ...(typeof max_tokens === 'number' && { ls_max_tokens: max_tokens }),
      // In some versions of the description, a list may hold null.
      ...(stop !== undefined && { ls_stop: [stop].flat().filter((each) => typeof each === 'string') }),
    };
  }

  override _identifyingParams(): Record<string, unknown> {
    return { ...this.#fields };
  }

  /** The parameters of a request, without its messages. */
  override invocationParams(options?: this['ParsedCallOptions']): Omit<ChatCompleteParams, 'messages'> {
    const { tools, tool_choice } = options ?? {};
    const fields = { ...this.#fields, ...wireFieldsOf(options) };
    return {
      ...fields,
      ...('response_format' in fields
        ? { response_format: wireFormat(fields.response_format, options) }
        : {}),
      ...(tools?.length ? { tools: wireTools(tools, options ?? {}) } : {}),
      ...(tool_choice === undefined ? {} : { tool_choice: wireToolChoice(tool_choice) }),
      // The fields have it.
    } as Omit<ChatCompleteParams, 'messages'>;
  }

  /**
   * The model with tools: of LangChain, such as `tool()` makes, in the form of the API, or of `mistral-sdk/tools`.
   *
   * @throws {ArgumentError} for a schema that cannot be sent.
   */
  override bindTools(
    tools: BindToolsInput[],
    options: Partial<ChatMistralCallOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, ChatMistralCallOptions> {
    // They are in the form of the API now, which it takes, too.
    return this.withConfig({ ...options, tools: wireTools(tools, options) as BindToolsInput[] });
  }

  /**
   * The model with replies that are parsed and validated by a schema. `stream()` has the value while it grows, each time as another
   * object, and at last the validated one.
   *
   * @throws {ArgumentError} for a schema that cannot be sent.
   */
  override withStructuredOutput<Output extends object = Record<string, unknown>>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputMethodOptions<false>,
  ): Runnable<BaseLanguageModelInput, Output>;
  override withStructuredOutput<Output extends object = Record<string, unknown>>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputMethodOptions<true>,
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: Output }>;
  override withStructuredOutput(
    schema: unknown,
    config: StructuredOutputMethodOptions<boolean> = {},
  ): Runnable<BaseLanguageModelInput, unknown> {
    const output = structuredOutput(schema, config);
    const { method, name, json, description, strict } = output;
    const traced = { ls_structured_output_format: { kwargs: { method }, schema: json } };
    const model =
      method === 'functionCalling'
        ? this.bindTools([{ type: 'function', function: { name, description, parameters: json } }], {
            ...traced,
            tool_choice: name,
            strict,
          })
        : this.withConfig({
            ...traced,
            response_format: method === 'jsonMode' ? { type: 'json_object' } : responseFormatOf(output),
          });
    const reader = new StructuredReader(output, config.includeRaw === true);
    return model.pipe(reader).withConfig({ runName: 'StructuredOutput' });
  }

  async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: RunManager,
  ): Promise<ChatResult> {
    if (this.streaming) {
      let whole: ChatGenerationChunk | undefined;
      for await (const chunk of this.#stream(messages, options, runManager))
        whole = whole ? whole.concat(chunk) : chunk;
      // A stream has an end, at least.
      return { generations: [whole!] };
    }
    return chatResult(
      await this.#send(options, (requestOptions) =>
        this.client.chat.complete(this.#params(messages, options), requestOptions),
      ),
    );
  }

  override _streamResponseChunks(
    ...given: Parameters<BaseChatModel['_streamResponseChunks']>
  ): AsyncGenerator<ChatGenerationChunk> {
    return this.#stream(...given);
  }

  async *#stream(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: RunManager,
  ): AsyncGenerator<ChatGenerationChunk> {
    const stream = await this.#send(options, async (requestOptions) =>
      this.client.chat.stream(this.#params(messages, options), requestOptions),
    );
    const reader = new ReplyReader((options.outputVersion ?? this.outputVersion) === 'v1');
    const tell = (chunk: ChatGenerationChunk) =>
      runManager?.handleLLMNewToken(
        chunk.text,
        { prompt: 0, completion: 0 },
        undefined,
        undefined,
        undefined,
        { chunk },
      );
    for await (const event of stream) {
      const chunk = reader.read(event);
      if (!chunk) continue;
      yield chunk;
      await tell(chunk);
    }
    const last = reader.end();
    yield last;
    await tell(last);
  }

  #params(messages: BaseMessage[], options: this['ParsedCallOptions']): ChatCompleteParams {
    return { ...this.invocationParams(options), messages: wireMessages(messages) };
  }

  /** Waits for its turn, by `maxConcurrency`. */
  #send<T>(
    { signal, maxRetries = this.#maxRetries, requestOptions }: this['ParsedCallOptions'],
    request: (options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const sent = { ...this.#requestOptions, ...requestOptions };
    return untilCallerAborts(
      signal,
      this.caller.call(async () => request(requestOptionsOf(sent, maxRetries, signal))) as Promise<T>,
    );
  }
}

/** The options of LangChain, which may be serialized, and the parameters of requests. */
function split(options: ChatMistralOptions) {
  if (!options?.model) throw new ArgumentError('new ChatMistral(options): `model` is missing');
  for (const name of Object.keys(options)) {
    const meant = wireNames.includes(name)
      ? undefined
      : Object.hasOwn(mistaken, name)
        ? mistaken[name]
        : nearestName(name, wireNames);
    if (meant)
      throw new ArgumentError(
        `new ChatMistral(options) has no option \`${name}\`. Did you mean \`${meant}\`?`,
      );
  }
  const kept = Object.fromEntries(
    Object.entries(options).filter(([name]) => !(connectionNames as readonly string[]).includes(name)),
  );
  return { kept, fields: wireFieldsOf(options) };
}

const wireFieldsOf = (options: object | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options ?? {}).filter(([name, value]) => wireNames.includes(name) && value !== undefined),
  );
