import type { ToolCall } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { blockType, normalizeContent, normalizeText, type Block } from '../messages/normalize-content.js';
import { appendContent } from '../messages/append-content.js';
import { normalizeToolCalls } from '../messages/normalize-tool-call.js';
import { requestCallId } from '../messages/request-message.js';
import { isEmpty, textOfArguments } from '../messages/tool-call-arguments.js';
import { makeToolCallId } from '../messages/tool-call-id.js';
import { appendToolCall } from '../streaming/merge-tool-calls.js';
import type { ContentPart, ReplyPart } from './language-model-v3.js';
import type { JsonFields } from './shared-v3.js';
import { citedDocuments, sourcesIn } from './source-parts.js';

type Fields = Readonly<Record<string, unknown>>;

/** A tool call while it arrives. */
interface GrowingCall {
  readonly id: string;
  /** Its arguments so far as they were passed on; `undefined` before its name is known. */
  sent: string | undefined;
}

/**
 * The message of a reply as parts of the AI SDK: what arrives of it in a stream, or all of it at once.
 *
 * Text goes on around citations in it, in one part. Thinking is a part of its own; what only the API understands of it, such as
 * its signature, is in the metadata of its end, from where it comes back with the history.
 */
export class ReplyParts {
  readonly #documents: ReadonlyMap<string, Fields>;
  #open: { readonly type: 'text' | 'reasoning'; readonly id: string } | undefined;
  #count = 0;
  /** Of the thinking that is open, merged. */
  #thinking: Block[] = [];
  /** How much text there was. */
  #position = 0;
  /** As they are merged; each grows next to the one of the same index. */
  readonly #calls: ToolCall[] = [];
  readonly #growing: GrowingCall[] = [];

  /** @param messages - Of the request; the reply may refer to documents in them. */
  constructor(messages: readonly object[]) {
    this.#documents = citedDocuments(messages);
  }

  get hasCalls(): boolean {
    return this.#calls.length > 0;
  }

  /**
   * @param message - A delta, or a message.
   * @param seed - Identifies the reply; for tool calls without an id.
   */
  *add(message: unknown, seed: string): Generator<ReplyPart, void> {
    const { content, tool_calls: calls }: Fields = isRecord(message) ? message : {};
    const said = normalizeContent(content);
    for (const block of typeof said === 'string' ? [{ type: 'text', text: said }] : (said ?? []))
      yield* this.#addBlock(block);
    const settled = this.#calls.length;
    for (const part of normalizeToolCalls(calls)) {
      const call = appendToolCall(this.#calls, part, settled);
      yield* this.#advance(call, seed);
    }
  }

  /** @param isComplete - Calls of a reply that was truncated or failed are not passed on: they must not run. */
  *end(isComplete: boolean): Generator<ReplyPart, void> {
    yield* this.#close();
    for (const [place, growing] of this.#growing.entries()) {
      const { name, arguments: given } = this.#calls[place]!.function;
      const { id } = growing;
      // The AI SDK fails it as one of an unknown tool.
      const toolName = name || 'unnamed';
      const input = textOfArguments(given) || '{}';
      yield* this.#grow(growing, toolName, input);
      yield { type: 'tool-input-end', id };
      if (isComplete) yield { type: 'tool-call', toolCallId: id, toolName, input };
    }
  }

  *#addBlock(block: Block): Generator<ReplyPart, void> {
    const type = blockType(block);
    if (type === 'text') yield* this.#addText(normalizeText(block.text));
    else if (type === 'thinking') yield* this.#addThinking(block);
    else yield* sourcesIn(block, this.#documents, this.#position);
  }

  *#addText(delta: string): Generator<ReplyPart, void> {
    // Servers send empty text in the middle of thinking, which it must not split.
    if (delta === '') return;
    const id = yield* this.#openAs('text');
    this.#position += delta.length;
    yield { type: 'text-delta', id, delta };
  }

  *#addThinking(block: Block): Generator<ReplyPart, void> {
    // Normalized to blocks.
    const thoughts = block.thinking as Block[];
    const delta = thoughts.map(({ text }) => normalizeText(text)).join('');
    // The end of a thought that is not open says nothing.
    const isEmptyThought = delta === '' && thoughts.every(({ type }) => type === 'text') && !block.signature;
    if (isEmptyThought && this.#open?.type !== 'reasoning') return;
    const id = yield* this.#openAs('reasoning');
    if (delta !== '') yield { type: 'reasoning-delta', id, delta };
    for (const thought of thoughts) yield* sourcesIn(thought, this.#documents, this.#position);
    appendContent(this.#thinking, [block]);
  }

  *#openAs(type: 'text' | 'reasoning'): Generator<ReplyPart, string> {
    if (this.#open?.type === type) return this.#open.id;
    yield* this.#close();
    const id = String(this.#count++);
    this.#open = { type, id };
    yield { type: `${type}-start`, id };
    return id;
  }

  *#close(): Generator<ReplyPart, void> {
    if (!this.#open) return;
    const { type, id } = this.#open;
    this.#open = undefined;
    if (type === 'text') yield { type: 'text-end', id };
    else yield { type: 'reasoning-end', id, ...metadataOf(this.#thinking[0]!) };
    this.#thinking = [];
  }

  *#advance(call: ToolCall, seed: string): Generator<ReplyPart, void> {
    const place = this.#calls.indexOf(call);
    const growing = (this.#growing[place] ??= { id: this.#newId(call, `${seed}.${place}`), sent: undefined });
    const { name, arguments: given } = call.function;
    // Some servers begin with an empty object, which is no part of what follows.
    if (name !== '') yield* this.#grow(growing, name, isEmpty(given) ? '' : textOfArguments(given));
  }

  *#grow(growing: GrowingCall, toolName: string, input: string): Generator<ReplyPart, void> {
    const { id, sent = '' } = growing;
    if (growing.sent === undefined) {
      yield* this.#close();
      yield { type: 'tool-input-start', id, toolName };
    }
    const isMore = input.startsWith(sent) && input !== sent;
    if (isMore) yield { type: 'tool-input-delta', id, delta: input.slice(sent.length) };
    growing.sent = isMore ? input : sent;
  }

  /** Nine letters and digits, as the API wants to have it back. */
  #newId({ id }: ToolCall, seed: string): string {
    const taken = new Set(this.#growing.map((each) => each.id));
    const wanted = requestCallId(id);
    return wanted === undefined || taken.has(wanted) ? makeToolCallId(seed, taken) : wanted;
  }
}

/** What replaying a thought needs in addition to its text. */
function metadataOf({ type: _type, thinking, ...fields }: Block): {
  providerMetadata?: { mistral: JsonFields };
} {
  const isText = (thinking as Block[]).every((thought) => thought.type === 'text');
  const mistral = isText ? fields : { ...fields, thinking };
  // They are JSON of a response.
  return Object.keys(mistral).length > 0 ? { providerMetadata: { mistral: mistral as JsonFields } } : {};
}

/** The parts of a complete reply as its content. */
export function contentOf(parts: Iterable<ReplyPart>): ContentPart[] {
  const content: ContentPart[] = [];
  /** What is open; one at a time is. */
  let grown: Extract<ContentPart, { text: string }>;
  for (const part of parts) {
    if (part.type === 'text-start' || part.type === 'reasoning-start') {
      grown = { type: part.type === 'text-start' ? 'text' : 'reasoning', text: '' };
      content.push(grown);
    } else if (part.type === 'text-delta' || part.type === 'reasoning-delta') grown!.text += part.delta;
    else if (part.type === 'reasoning-end' && part.providerMetadata)
      grown!.providerMetadata = part.providerMetadata;
    else if (part.type === 'source' || part.type === 'tool-call') content.push(part);
  }
  return content;
}
