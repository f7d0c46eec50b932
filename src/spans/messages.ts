import { thinkingOf } from '../content/thinking-of.js';
import { toolCallsOf } from '../content/tool-calls-of.js';
import { isRecord } from '../internal/is-record.js';
import { recordsIn } from '../internal/records-in.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { Content } from './record-content.js';

/** A message in the conventions' format: a role, and parts with `type` as the discriminator. */
interface Message {
  readonly role: string;
  readonly parts: readonly Part[];
  readonly finish_reason?: unknown;
}

type Part = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;

/** The content of the request, and its tools. */
export function inputContent(params: Fields): Content {
  const { messages, inputs, input, prompt, suffix, document, instructions, tools, completion_args } = params;
  const { stop } = { ...params, ...(isRecord(completion_args) ? completion_args : {}) } as Fields;
  const texts = [prompt, suffix, document, ...(Array.isArray(input) ? (input as unknown[]) : [input])];
  const parts = texts.flatMap(partsOf);
  const history = [
    ...messagesOf(messages),
    ...messagesOf(inputs),
    ...(parts.length > 0 ? [{ role: 'user', parts }] : []),
  ];
  return {
    'gen_ai.system_instructions': instructions ? JSON.stringify(partsOf(instructions)) : undefined,
    'gen_ai.input.messages': history.length > 0 ? JSON.stringify(history) : undefined,
    'gen_ai.tool.definitions': Array.isArray(tools)
      ? JSON.stringify((tools as unknown[]).map(toolDefinition))
      : undefined,
    'gen_ai.request.stop_sequences':
      stop === null || stop === undefined ? undefined : [stop].flat().map(String),
  };
}

/** The content of the response, one message per choice. */
export function outputContent(response: unknown): Content {
  const messages = isRecord(response) ? messagesIn(response) : [];
  return { 'gen_ai.output.messages': messages.length > 0 ? JSON.stringify(messages) : undefined };
}

function messagesIn({ choices, outputs, pages, text }: Fields): readonly Message[] {
  if (Array.isArray(choices)) {
    return choices.filter(isRecord).map(({ message, finish_reason }) => ({
      role: 'assistant',
      parts: isRecord(message) ? partsOfMessage(message) : [],
      finish_reason,
    }));
  }
  const parts = Array.isArray(outputs)
    ? outputs.filter(isRecord).flatMap(partsOfMessage)
    : Array.isArray(pages)
      ? pages.filter(isRecord).flatMap(({ markdown }) => partsOf(markdown))
      : partsOf(text);
  return parts.length > 0 ? [{ role: 'assistant', parts }] : [];
}

/** Messages of a chat, or the inputs of a conversation, which may be a string. */
function messagesOf(value: unknown): readonly Message[] {
  if (typeof value === 'string') return [{ role: 'user', parts: partsOf(value) }];
  return recordsIn(value).map((message) => ({ role: roleOf(message), parts: partsOfMessage(message) }));
}

function roleOf({ role, type }: Fields): string {
  if (typeof role === 'string') return role;
  return type === 'function.result' ? 'tool' : 'assistant';
}

/** Parts of a message of a chat, or of an entry of a conversation. */
function partsOfMessage(message: Fields): readonly Part[] {
  const { role, type, content, result, tool_call_id: id } = message;
  if (role === 'tool') {
    const response = typeof content === 'string' ? saidBy(content) : partsOf(content);
    return [{ type: 'tool_call_response', id, response }];
  }
  if (type === 'function.result')
    return [
      { type: 'tool_call_response', id, response: typeof result === 'string' ? saidBy(result) : result },
    ];
  if (type === 'tool.execution' || type === 'agent.handoff') return [message];
  const calls = toolCallsOf(message).map((call) => ({
    type: 'tool_call',
    id: call.id,
    name: call.name,
    arguments: saidBy(call.arguments),
  }));
  return [...partsOf(content), ...calls];
}

/** Parsed arguments and results. Incomplete JSON stays text, but without escapes, which would hide content from `redact`. */
function saidBy(text: string): unknown {
  const parsed = parseOrKeep(text);
  if (typeof parsed !== 'string') return parsed;
  return text.replace(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function partsOf(content: unknown): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', content }];
  if (Array.isArray(content)) return content.flatMap(partsOf);
  return isRecord(content) ? [partOf(content)] : [];
}

const modalities: Readonly<Record<string, string>> = {
  image_url: 'image',
  document_url: 'document',
  input_audio: 'audio',
};

function partOf(block: Fields): Part {
  const { type, text, file_id } = block;
  if (type === 'text') return { type, content: text };
  if (type === 'thinking') return { type: 'reasoning', content: thinkingOf([block]) };
  if (type === 'file') return { type, modality: 'document', file_id };
  const modality = typeof type === 'string' && Object.hasOwn(modalities, type) ? modalities[type] : undefined;
  return modality === undefined ? block : mediumOf(modality, block[type as string]);
}

/** A URL is recorded; of inline data, only that it exists. */
function mediumOf(modality: string, given: unknown): Part {
  const uri = isRecord(given) ? given.url : given;
  if (typeof uri !== 'string') return { type: 'uri', modality };
  if (/^https?:/i.test(uri)) return { type: 'uri', modality, uri };
  const mime_type = /^data:([^;,]+)/i.exec(uri)?.[1];
  return { type: 'blob', modality, mime_type };
}

/** The conventions have the fields of a function next to its type. */
function toolDefinition(tool: unknown): unknown {
  if (!isRecord(tool) || !isRecord(tool.function)) return tool;
  return { type: 'function', ...tool.function };
}
