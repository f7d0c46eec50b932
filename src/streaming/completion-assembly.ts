import type {
  AssistantMessage,
  ChatCompletionChoice,
  ChatCompletionResponse,
  CompletionChunk,
  CompletionResponseStreamChoice,
  ToolCall,
  UsageInfo,
} from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { seedOf } from '../content/message-of.js';
import { textOf } from '../content/text-of.js';
import { thinkingOf } from '../content/thinking-of.js';
import { appendContent, type GrowingContent } from '../messages/append-content.js';
import { unfinishedBy } from '../messages/finish.js';
import { normalizeContent } from '../messages/normalize-content.js';
import { normalizeIndex, normalizeToolCalls } from '../messages/normalize-tool-call.js';
import { requestMessageOf } from '../messages/request-message.js';
import { textOfArguments } from '../messages/tool-call-arguments.js';
import type { Assembly, Emit, EndHandlers } from './assembled-stream.js';
import { GrowingText } from './growing-text.js';
import { appendToolCall } from './merge-tool-calls.js';

/** The events of a streamed completion for `on()`. `choice` is the index of the choice, 0 unless `n` was set. */
export interface CompletionHandlers {
  /** A delta of the text, and the text so far. */
  text(delta: string, snapshot: string, choice: number): void;
  /** A delta of the thinking of a reasoning model, and the thinking so far. */
  thinking(delta: string, snapshot: string, choice: number): void;
  /** A delta of the arguments of a tool call, and the call so far. */
  toolCallDelta(delta: string, snapshot: ToolCall, choice: number): void;
  /** A complete tool call, as in `finalMessage()`. Never called for a reply that was truncated or failed. */
  toolCall(call: ToolCall, choice: number): void;
  /** The token usage, from the last chunk. */
  usage(usage: UsageInfo): void;
  /** A choice is complete. `length` means that it was truncated at a limit. */
  finish(reason: ChatCompletionChoice['finish_reason'], choice: number): void;
}

type Handlers = CompletionHandlers & EndHandlers<ChatCompletionResponse>;

/** A choice while it grows. */
interface Growing {
  readonly choice: ChatCompletionChoice;
  /** The text of its message: the complete content, unless that has blocks. */
  readonly text: GrowingText;
  thinking: string;
  areCallsAnnounced: boolean;
}

/** Assembles chunks to the completion that a request without streaming would have got. */
export class CompletionAssembly implements Assembly<CompletionChunk, ChatCompletionResponse, Handlers> {
  readonly handlers = [
    'text',
    'thinking',
    'toolCallDelta',
    'toolCall',
    'usage',
    'finish',
    'end',
    'error',
  ] as const satisfies readonly (keyof Handlers)[];
  #completion: ChatCompletionResponse | undefined;
  readonly #growing: Growing[] = [];

  get result(): ChatCompletionResponse | undefined {
    for (const growing of this.#growing) showText(growing);
    return this.#completion;
  }

  add(chunk: CompletionChunk, emit: Emit<Handlers> | undefined): void {
    // An event that is not a chunk goes to the reader unchanged, and is ignored here.
    if (!isRecord(chunk)) return;
    this.#completion ??= begin(chunk);
    if (Array.isArray(chunk.choices))
      for (const choice of chunk.choices) if (isRecord(choice)) this.#addChoice(choice, emit);
    if (!isRecord(chunk.usage)) return;
    this.#completion.usage = chunk.usage;
    emit?.('usage', chunk.usage);
  }

  /** Not every server sends a finish reason for each choice. */
  end(emit: Emit<Handlers> | undefined): void {
    if (emit) for (const growing of this.#growing) this.#announceCalls(growing, emit);
  }

  textIn({ choices }: CompletionChunk): string {
    return Array.isArray(choices) ? textOf(choices.find((choice) => indexOf(choice) === 0)) : '';
  }

  #addChoice(choice: CompletionResponseStreamChoice, emit: Emit<Handlers> | undefined): void {
    const { delta, finish_reason } = choice;
    const index = indexOf(choice);
    const growing = this.#find(index);
    if (isRecord(delta)) addDelta(growing, delta, emit);
    // Some servers leave it empty until the end.
    if (!finish_reason) return;
    growing.choice.finish_reason = finish_reason;
    if (!emit) return;
    this.#announceCalls(growing, emit);
    emit('finish', finish_reason, index);
  }

  #announceCalls(growing: Growing, emit: Emit<Handlers>): void {
    const { choice } = growing;
    if (growing.areCallsAnnounced || unfinishedBy(choice.finish_reason)) return;
    growing.areCallsAnnounced = true;
    for (const call of requestMessageOf(choice.message, seedOf(this.#completion!, choice.index)).tool_calls ??
      [])
      emit('toolCall', call, choice.index);
  }

  #find(index: number): Growing {
    for (const growing of this.#growing) if (growing.choice.index === index) return growing;
    // The finish reason is `null` until the server sends one, as in the chunks.
    const choice: ChatCompletionChoice = { index, message: { role: 'assistant' }, finish_reason: null! };
    const growing = { choice, text: new GrowingText(), thinking: '', areCallsAnnounced: false };
    this.#growing.push(growing);
    this.#growing.sort((a, b) => a.choice.index - b.choice.index);
    this.#completion!.choices = this.#growing.map((each) => each.choice);
    return growing;
  }
}

/** Servers may omit the index of a single choice. */
const indexOf = (choice: CompletionResponseStreamChoice | null): number => normalizeIndex(choice?.index) ?? 0;

/** The fields of a chunk that are about the completion itself. */
function begin(chunk: CompletionChunk): ChatCompletionResponse {
  return { ...chunk, object: 'chat.completion', choices: [] } as unknown as ChatCompletionResponse;
}

type Delta = CompletionResponseStreamChoice['delta'];

function addDelta(growing: Growing, delta: Delta, emit: Emit<Handlers> | undefined): void {
  for (const name in delta) {
    if (name === 'content') addContent(growing, delta.content, emit);
    else if (name === 'tool_calls') addToolCalls(growing, delta.tool_calls, emit);
    else if (name !== 'role')
      addField(growing.choice.message as object as Fields, name, delta[name as keyof Delta]);
  }
}

function addContent(growing: Growing, content: unknown, emit: Emit<Handlers> | undefined): void {
  const { message, index } = growing.choice;
  if (typeof content === 'string' && !Array.isArray(message.content)) {
    message.content ??= '';
    growing.text.add(content);
    if (content !== '') emit?.('text', content, showText(growing), index);
    return;
  }
  showText(growing);
  const said = normalizeContent(content);
  // Read before it becomes part of the message, where its blocks grow.
  const text = textOf(said);
  const thinking = thinkingOf(said);
  message.content = appendContent(message.content as GrowingContent, said) as AssistantMessage['content'];
  growing.text.add(text);
  if (text !== '') emit?.('text', text, growing.text.toString(), index);
  growing.thinking += thinking;
  if (thinking !== '') emit?.('thinking', thinking, growing.thinking, index);
}

/** Updates the content of a message, which is text until there are blocks. */
function showText({ choice: { message }, text }: Growing): string {
  const shown = text.toString();
  if (typeof message.content === 'string') message.content = shown;
  return shown;
}

function addToolCalls(growing: Growing, calls: unknown, emit: Emit<Handlers> | undefined): void {
  const parts = normalizeToolCalls(calls);
  const { message, index } = growing.choice;
  // An empty list means the same as none.
  if (parts.length === 0 && !Array.isArray(calls)) return;
  message.tool_calls ??= [];
  const settled = message.tool_calls.length;
  for (const part of parts) {
    const call = appendToolCall(message.tool_calls, part, settled);
    emit?.('toolCallDelta', textOfArguments(part.arguments), call, index);
  }
}

type Fields = Record<string, unknown>;

/** In a field that the description does not know yet, text is appended and anything else replaced. */
function addField(message: Fields, name: string, value: unknown): void {
  if (name === '__proto__') return;
  const before = message[name];
  if (typeof value === 'string' && typeof before === 'string') message[name] = before + value;
  else if (value !== null || before === undefined) message[name] = value;
}
