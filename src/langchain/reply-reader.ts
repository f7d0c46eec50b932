import { AIMessageChunk, type ContentBlock } from '@langchain/core/messages';
import type { ToolCallChunk } from '@langchain/core/messages/tool';
import { ChatGenerationChunk } from '@langchain/core/outputs';

import type {
  CompletionChunk,
  CompletionResponseStreamChoice,
  ToolCall,
  UsageInfo,
} from '../../generated/types.gen.js';
import { seedOf } from '../content/message-of.js';
import { isRecord } from '../internal/is-record.js';
import type { Block } from '../messages/normalize-content.js';
import { normalizeIndex, normalizeToolCalls } from '../messages/normalize-tool-call.js';
import { isEmpty, textOfArguments } from '../messages/tool-call-arguments.js';
import { appendToolCall } from '../streaming/merge-tool-calls.js';
import {
  blocksOfContent,
  faultOfCall,
  isText,
  responseMetadata,
  takeId,
  usageMetadataOf,
} from './reply-fields.js';
import { provider } from './wire-messages.js';

/** A call, as far as LangChain has it. */
interface Sent {
  readonly index: number;
  characters: number;
}

/**
 * Turns the chunks of a stream into those of LangChain, which adds them up by rules of its own: text to text, blocks by their
 * `index`, and the arguments of calls by the `index` of the call. These indexes are of one series, as some readers of them have
 * calls and blocks in one list.
 */
export class ReplyReader {
  readonly #areCallsWhole: boolean;
  /** Whether there has been nothing but text, which is then a string. Its block would have the index 0. */
  #isPlain: boolean;
  #lastIndex = 0;
  #lastType: unknown;
  /** Of the block, without what it says. */
  #lastFields: Block = {};
  readonly #calls: ToolCall[] = [];
  readonly #sent = new Map<ToolCall, Sent>();
  readonly #ids = new Set<string>();
  #head: CompletionChunk | undefined;
  #usage: UsageInfo | null | undefined;
  #finishReason: unknown;

  /** @param isStandard - Whether LangChain makes blocks of each chunk, by itself: it would lose text and calls otherwise. */
  constructor(isStandard: boolean) {
    this.#isPlain = !isStandard;
    this.#areCallsWhole = isStandard;
  }

  /** @returns `undefined` for a chunk that has nothing to show. */
  read(chunk: CompletionChunk): ChatGenerationChunk | undefined {
    if (!isRecord(chunk)) return undefined;
    this.#head ??= chunk;
    if (isRecord(chunk.usage)) this.#usage = chunk.usage;
    const choice = [chunk.choices]
      .flat()
      .find((each) => isRecord(each) && (normalizeIndex(each.index) ?? 0) === 0);
    if (!choice) return undefined;
    if (choice.finish_reason) this.#finishReason = choice.finish_reason;
    return isRecord(choice.delta) ? this.#readDelta(choice.delta) : undefined;
  }

  /** What is known when the stream is complete. */
  end(): ChatGenerationChunk {
    const finish_reason = this.#finishReason;
    const usage_metadata = usageMetadataOf(this.#usage);
    const tool_call_chunks = this.#calls.flatMap((call) => {
      const fault = faultOfCall(call, finish_reason);
      // Events of content blocks parse the arguments, and take none for a fault.
      return this.#send(call, textOfArguments(call.function.arguments) || '{}', fault && broken(fault));
    });
    return this.#chunk(
      '',
      {
        content: this.#isPlain ? '' : [],
        tool_call_chunks,
        ...(usage_metadata && { usage_metadata }),
        response_metadata: responseMetadata(
          { ...this.#head, usage: this.#usage ?? undefined },
          finish_reason,
        ),
      },
      { finish_reason },
    );
  }

  #readDelta(delta: CompletionResponseStreamChoice['delta']): ChatGenerationChunk | undefined {
    const blocks = blocksOfContent(delta.content);
    const tool_call_chunks = this.#readCalls(delta.tool_calls);
    if (blocks.length === 0 && tool_call_chunks.length === 0) return undefined;
    const text = blocks
      .filter(isText)
      .map((block) => block.text)
      .join('');
    this.#isPlain &&= blocks.every(isText);
    // Each has a type.
    const content = this.#isPlain ? text : (blocks.map((block) => this.#numbered(block)) as ContentBlock[]);
    return this.#chunk(text, { content, tool_call_chunks, response_metadata: { model_provider: provider } });
  }

  /** Text continues text, and a thought a thought; anything else is a block by itself. */
  #numbered(block: Block): Block {
    const { type } = block;
    const fields = Object.entries(block).filter(([name]) => !['type', 'text', 'reasoning'].includes(name));
    const continues =
      type === this.#lastType &&
      (type === 'text' || type === 'reasoning') &&
      fields.every(([name, value]) => (this.#lastFields[name] ?? value) === value);
    if (!continues) {
      this.#lastIndex += 1;
      this.#lastType = type;
      this.#lastFields = Object.fromEntries(fields);
      return { ...block, index: this.#lastIndex };
    }
    // A field that is sent again would be appended, such as a signature.
    const more = fields.filter(([name]) => !Object.hasOwn(this.#lastFields, name));
    Object.assign(this.#lastFields, Object.fromEntries(more));
    const { text, reasoning } = block;
    const said = type === 'text' ? { text } : { reasoning };
    return { type, ...said, ...Object.fromEntries(more), index: this.#lastIndex };
  }

  #readCalls(given: unknown): ToolCallChunk[] {
    const settled = this.#calls.length;
    return normalizeToolCalls(given).flatMap((part) => {
      const call = appendToolCall(this.#calls, part, settled);
      const { name, arguments: so } = call.function;
      if (name === '' || this.#areCallsWhole) return [];
      // At once, as calls run in the order of their beginnings. An empty object may be one, which the arguments replace.
      return this.#send(call, typeof so === 'string' && !isEmpty(so) ? so : '');
    });
  }

  /** What LangChain does not have yet of a call. */
  #send(call: ToolCall, so: string, ending = ''): ToolCallChunk[] {
    const known = this.#sent.get(call);
    if (known) {
      const args = so.slice(known.characters) + ending;
      known.characters = so.length;
      return args === '' ? [] : [{ type: 'tool_call_chunk', index: known.index, args }];
    }
    const index = (this.#lastIndex += 1);
    this.#lastType = undefined;
    this.#sent.set(call, { index, characters: so.length });
    const id = takeId(call, seedOf({ id: String(this.#head?.id) }, 0), this.#ids);
    return [{ type: 'tool_call_chunk', index, id, name: call.function.name, args: so + ending }];
  }

  #chunk(
    text: string,
    fields: ConstructorParameters<typeof AIMessageChunk>[0] & object,
    generationInfo?: Block,
  ): ChatGenerationChunk {
    const message = new AIMessageChunk({ ...fields, id: this.#head?.id } as never);
    return new ChatGenerationChunk({ text, message, ...(generationInfo && { generationInfo }) });
  }
}

/**
 * LangChain completes the arguments of a streamed call by guessing, and agents would run it. Wherever JSON was cut, what follows
 * cannot be: so the call is among `invalid_tool_calls`, with the reason.
 */
const broken = (fault: string): string => ` \\! [${fault}]`;
