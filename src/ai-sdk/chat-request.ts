import type { ChatCompletionRequest } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { promptCacheKeyOf } from '../messages/prompt-cache-key.js';
import { withoutNulls } from '../messages/without-nulls.js';
import { withLocalReferences } from '../structured/local-references.js';
import { strictSchema } from '../structured/strict-schema.js';
import { chatMessagesOf } from './chat-messages.js';
import type {
  FunctionToolOption,
  LanguageModelCall,
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
export function chatRequestOf(model: string, options: LanguageModelCall): ChatRequest {
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
    warnings.push({ type: 'unsupported', feature: 'topK' });
  const tools = givenTools.flatMap((tool) => toolOf(tool, warnings));
  const format = formatOf(responseFormat, isSchemaSent, strict, warnings);
  const isPlainJson = format?.type === 'json_object';
  const messages = chatMessagesOf(
    isPlainJson ? withJsonInstruction(prompt, responseFormat) : prompt,
    warnings,
  );
  // What does not change between calls comes first: caches of prompts compare beginnings.
  const params = withoutNulls({
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

function toolOf(tool: FunctionToolOption | ProviderToolOption, warnings: Warning[]): object[] {
  if (tool.type === 'provider') {
    const [provider, type] = tool.id.split('.');
    if (provider === 'mistral') return [{ type, ...tool.args }];
    warnings.push({ type: 'unsupported', feature: `provider-defined tool ${tool.id}` });
    return [];
  }
  const { name, description, inputSchema, inputExamples, strict } = tool;
  if (inputExamples?.length)
    warnings.push({
      type: 'unsupported',
      feature: 'toolInputExamples',
      details: 'Use `addToolInputExamplesMiddleware()`.',
    });
  const parameters = withLocalReferences({ ...inputSchema }, `The input schema of the tool \`${name}\``);
  return [
    {
      type: 'function',
      function: withoutNulls({ name, description, strict, parameters }),
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
    details: `Sent as "high", as few models accept ${JSON.stringify(reasoning)}; \`providerOptions.mistral.reasoningEffort\` is sent as it is.`,
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
  let schema = withLocalReferences({ ...format.schema }, place);
  let isStrict = strict ?? true;
  try {
    if (isStrict) schema = strictSchema(schema, place);
  } catch (error) {
    if (strict || !ArgumentError.isInstance(error)) throw error;
    warnings.push({
      type: 'compatibility',
      feature: 'responseFormat',
      details: `Not enforced: ${error.message.split('. ')[0]}.`,
    });
    isStrict = false;
  }
  const { description } = format;
  return {
    type: 'json_schema',
    json_schema: { name: nameOf(format.name), description, schema, strict: isStrict },
  };
}

const nameOf = (name = 'response'): string => name.replace(/[^\w-]/g, '_').slice(0, 64) || 'response';

/** The API wants to have JSON asked for in words, too. */
function withJsonInstruction(
  prompt: readonly PromptMessage[],
  format: ResponseFormatOption | undefined,
): readonly PromptMessage[] {
  const schema = format?.type === 'json' ? format.schema : undefined;
  if (!schema && prompt.some(({ content }) => /json/i.test(textIn(content)))) return prompt;
  const instruction = schema
    ? `Reply with JSON that fits this schema: ${JSON.stringify(schema)}`
    : 'Reply with JSON.';
  const [first, ...rest] = prompt;
  return first?.role === 'system'
    ? [{ ...first, content: `${first.content}\n\n${instruction}` }, ...rest]
    : [{ role: 'system', content: instruction }, ...prompt];
}

const textIn = (content: PromptMessage['content']): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
