import type { ChatCompletionRequest } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { promptCacheKeyOf } from '../messages/prompt-cache-key.js';
import { withLocalReferences } from '../structured/local-references.js';
import { strictSchema } from '../structured/strict-schema.js';
import { chatMessagesOf } from './chat-messages.js';
import type {
  FunctionToolOption,
  LanguageModelOptions,
  PromptMessage,
  ProviderToolOption,
  ResponseFormatOption,
  ToolChoiceOption,
} from './language-model-v3.js';
import { readProviderOptions } from './provider-options.js';
import type { JsonFields, Warning } from './shared-v3.js';

/** A request of a chat model, without what says whether it is streamed. */
export type ChatParams = Omit<ChatCompletionRequest, 'stream'>;

export interface ChatRequest {
  readonly params: ChatParams;
  /** Of `providerOptions.mistral`, merged over the parameters. */
  readonly body: JsonFields | undefined;
  readonly warnings: Warning[];
}

/**
 * The request for a call of a language model.
 *
 * @throws {ArgumentError} for what cannot be sent.
 */
export function chatRequestOf(model: string, options: LanguageModelOptions): ChatRequest {
  const { tools: givenTools = [], responseFormat, prompt } = options;
  const {
    body,
    structured_outputs: isSchemaSent = true,
    strict_json_schema: strict,
    prompt_cache_key: cacheKey,
    reasoning_effort: effort,
    ...own
  } = readProviderOptions('chat', options.providerOptions);
  const warnings: Warning[] = [];
  if (options.topK !== undefined && options.topK !== null)
    warnings.push({ type: 'unsupported', feature: 'topK', details: 'The API has `topP` only.' });
  const tools = givenTools.flatMap((tool) => toolOf(tool, warnings));
  const format = formatOf(responseFormat, isSchemaSent, strict, warnings);
  const isPlainJson = format?.type === 'json_object';
  const messages = chatMessagesOf(
    isPlainJson ? withJsonInstruction(prompt, responseFormat) : prompt,
    warnings,
  );
  // What does not change between calls comes first: caches of prompts compare beginnings.
  const params = withoutUndefined({
    model,
    ...own,
    reasoning_effort: effort ?? effortOf(options.reasoning, warnings),
    prompt_cache_key:
      cacheKey === false ? undefined : (cacheKey ?? promptCacheKeyOf({ model, messages }, tools)),
    max_tokens: options.maxOutputTokens,
    temperature: options.temperature,
    top_p: options.topP,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    stop: options.stopSequences,
    random_seed: options.seed,
    response_format: format,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: tools.length > 0 ? choiceOf(options.toolChoice) : undefined,
    messages,
  });
  // `providerOptions` are typed for JSON, and checked by the API.
  return { params: params as object as ChatParams, body, warnings };
}

const withoutUndefined = <T extends object>(fields: T): T =>
  // Only what may be `undefined` is taken out.
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as T;

function toolOf(tool: FunctionToolOption | ProviderToolOption, warnings: Warning[]): object[] {
  if (tool.type === 'provider') {
    const [provider, type] = tool.id.split('.');
    if (provider === 'mistral') return [{ type, ...tool.args }];
    warnings.push({
      type: 'unsupported',
      feature: `provider-defined tool ${tool.id}`,
      details: 'It is a tool of another provider.',
    });
    return [];
  }
  const { name, description, inputSchema, inputExamples, strict } = tool;
  if (inputExamples && inputExamples.length > 0)
    warnings.push({
      type: 'unsupported',
      feature: 'toolInputExamples',
      details: `Those of \`${name}\` are not sent; \`addToolInputExamplesMiddleware()\` puts them into its description.`,
    });
  const parameters = withLocalReferences({ ...inputSchema }, `The input schema of the tool \`${name}\``);
  return [
    {
      type: 'function',
      function: withoutUndefined({ name, description, strict, parameters }),
    },
  ];
}

function choiceOf(choice: ToolChoiceOption | undefined): ChatCompletionRequest['tool_choice'] {
  if (choice?.type === 'tool') return { type: 'function', function: { name: choice.toolName } };
  return choice?.type;
}

/** Most models of the API have two levels of thinking, and refuse others. `providerOptions.mistral` reaches all. */
function effortOf(reasoning: string | undefined, warnings: Warning[]): 'none' | 'high' | undefined {
  if (reasoning === undefined || reasoning === 'provider-default') return undefined;
  if (reasoning === 'none' || reasoning === 'high') return reasoning;
  warnings.push({
    type: 'compatibility',
    feature: 'reasoning',
    details: `Sent as "high" instead of ${JSON.stringify(reasoning)}, which few models accept; for those, set \`providerOptions.mistral.reasoningEffort\`.`,
  });
  return 'high';
}

function formatOf(
  format: ResponseFormatOption | undefined,
  isSchemaSent: boolean,
  strict: boolean | undefined,
  warnings: Warning[],
): ChatCompletionRequest['response_format'] {
  if (format?.type !== 'json') return undefined;
  if (!format.schema || !isSchemaSent) return { type: 'json_object' };
  const place = 'The schema of `responseFormat`';
  const schema = withLocalReferences({ ...format.schema }, place);
  const named = withoutUndefined({ name: nameOf(format.name), description: format.description });
  if (strict === false) return { type: 'json_schema', json_schema: { ...named, schema, strict } };
  try {
    return {
      type: 'json_schema',
      json_schema: { ...named, schema: strictSchema(schema, place), strict: true },
    };
  } catch (error) {
    if (strict || !ArgumentError.isInstance(error)) throw error;
    warnings.push({
      type: 'compatibility',
      feature: 'responseFormat',
      details: `The API cannot enforce the schema, and only shows it to the model: ${error.message.split('. ')[0]}.`,
    });
    return { type: 'json_schema', json_schema: { ...named, schema, strict: false } };
  }
}

const nameOf = (name = 'response'): string => name.replace(/[^\w-]/g, '_').slice(0, 64) || 'response';

/** The API wants to have JSON asked for in words, too. */
function withJsonInstruction(
  prompt: readonly PromptMessage[],
  format: ResponseFormatOption | undefined,
): readonly PromptMessage[] {
  const schema = format?.type === 'json' ? format.schema : undefined;
  if (!schema && /json/i.test(JSON.stringify(prompt.map(({ content }) => textIn(content))))) return prompt;
  const instruction = schema
    ? `Reply with JSON that fits this JSON Schema, and nothing else: ${JSON.stringify(schema)}`
    : 'Reply with JSON, and nothing else.';
  const [first, ...rest] = prompt;
  return first?.role === 'system'
    ? [{ ...first, content: `${first.content}\n\n${instruction}` }, ...rest]
    : [{ role: 'system', content: instruction }, ...prompt];
}

const textIn = (content: PromptMessage['content']): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
