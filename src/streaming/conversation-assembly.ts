import type {
  AgentHandoffDoneEvent,
  AgentHandoffEntry,
  AgentHandoffStartedEvent,
  ConversationEvent,
  ConversationResponse,
  ConversationUsageInfo,
  FunctionCallEntry,
  FunctionCallEvent,
  MessageOutputEntry,
  MessageOutputEvent,
  ToolExecutionDeltaEvent,
  ToolExecutionDoneEvent,
  ToolExecutionEntry,
  ToolExecutionStartedEvent,
} from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { textOf } from '../content/text-of.js';
import { thinkingOf } from '../content/thinking-of.js';
import { appendContent, type GrowingContent } from '../messages/append-content.js';
import { callsToRun } from '../messages/conversation-calls.js';
import { normalizeContent, type Block } from '../messages/normalize-content.js';
import { normalizeId, normalizeIndex, normalizeName } from '../messages/normalize-tool-call.js';
import {
  appendArguments,
  isWhole,
  normalizeArguments,
  textOfArguments,
} from '../messages/tool-call-arguments.js';
import { withoutNulls } from '../messages/without-nulls.js';
import type { Assembly, Emit, EndHandlers } from './assembled-stream.js';

/** The events of a streamed conversation for `on()`. */
export interface ConversationHandlers {
  /** A delta of the text of a message, its text so far, and the message. */
  text(delta: string, snapshot: string, entry: MessageOutputEntry): void;
  /** A delta of the thinking of a reasoning model, the thinking so far, and the message. */
  thinking(delta: string, snapshot: string, entry: MessageOutputEntry): void;
  /** A delta of the arguments of a function call, and the call so far. */
  toolCallDelta(delta: string, snapshot: FunctionCallEntry): void;
  /** A complete function call, which waits for its result. */
  toolCall(call: FunctionCallEntry): void;
  /** A tool that Mistral runs, such as web search, has run. */
  toolExecution(entry: ToolExecutionEntry): void;
  /** Another agent has taken over. */
  handoff(entry: AgentHandoffEntry): void;
  /** The token usage. */
  usage(usage: ConversationUsageInfo): void;
}

type Handlers = ConversationHandlers & EndHandlers<ConversationResponse>;
type Entry = ConversationResponse['outputs'][number];

/** An entry while it grows. */
interface Growing {
  readonly entry: Entry;
  /** Its position among the others. */
  readonly outputIndex: number;
  /** The parts of a message's content, by the server's numbers. */
  readonly parts: ContentPart[];
  content: GrowingContent;
  text: string;
  thinking: string;
}

interface ContentPart {
  readonly index: number;
  /** Numbers of further parts that were merged with it. */
  readonly joined: number[];
  content: GrowingContent;
}

/** Assembles events to the response that a request without streaming would have got. */
export class ConversationAssembly implements Assembly<ConversationEvent, ConversationResponse, Handlers> {
  readonly handlers = [
    'text',
    'thinking',
    'toolCallDelta',
    'toolCall',
    'toolExecution',
    'handoff',
    'usage',
    'end',
    'error',
  ] as const satisfies readonly (keyof Handlers)[];
  result: ConversationResponse | undefined;
  readonly #growing: Growing[] = [];

  add(event: ConversationEvent, emit: Emit<Handlers> | undefined): void {
    // A value that is not an event goes to the reader unchanged, and is ignored here.
    if (!isRecord(event)) return;
    switch (event.type) {
      case 'conversation.response.started':
        if (normalizeId(event.conversation_id)) this.#response().conversation_id = event.conversation_id;
        break;
      case 'message.output.delta':
        this.#addMessage(event, emit);
        break;
      case 'function.call.delta':
        this.#addFunctionCall(event, emit);
        break;
      case 'tool.execution.started':
      case 'tool.execution.delta':
      case 'tool.execution.done':
        this.#addToolExecution(event, emit);
        break;
      case 'agent.handoff.started':
      case 'agent.handoff.done':
        this.#addHandoff(event, emit);
        break;
      case 'conversation.response.done':
        if (!isRecord(event.usage)) break;
        this.#response().usage = event.usage;
        emit?.('usage', event.usage);
        break;
    }
  }

  end(emit: Emit<Handlers> | undefined): void {
    for (const call of callsToRun(this.result?.outputs)) emit?.('toolCall', call);
  }

  textIn(event: ConversationEvent): string {
    return event.type === 'message.output.delta' ? textOf(event.content) : '';
  }

  #response(): ConversationResponse {
    // The id comes with the first event, the usage with the last.
    const opening = { object: 'conversation.response' as const, outputs: [] };
    return (this.result ??= opening as unknown as ConversationResponse);
  }

  #addMessage(event: MessageOutputEvent, emit: Emit<Handlers> | undefined): void {
    const growing = this.#entry('message.output', event, () => ({ role: 'assistant', content: '' }));
    const entry = growing.entry as MessageOutputEntry;
    const said = normalizeContent(event.content);
    // Read before it becomes part of the message, where its blocks grow.
    const text = textOf(said);
    const thinking = typeof said === 'string' ? '' : thinkingOf(said);
    const content = appendPart(growing, normalizeIndex(event.content_index) ?? 0, said);
    entry.content = (content ?? '') as MessageOutputEntry['content'];
    if (text !== '') {
      growing.text += text;
      emit?.('text', text, growing.text, entry);
    }
    if (thinking === '') return;
    growing.thinking += thinking;
    emit?.('thinking', thinking, growing.thinking, entry);
  }

  #addFunctionCall(event: FunctionCallEvent, emit: Emit<Handlers> | undefined): void {
    const { entry } = this.#entry('function.call', event, () => ({ name: '', arguments: '' }));
    const call = entry as FunctionCallEntry;
    const id = normalizeId(event.tool_call_id);
    if (id !== undefined) call.tool_call_id ??= id;
    if (call.name === '') call.name = normalizeName(event.name) ?? '';
    call.arguments = appendArguments(call.arguments, normalizeArguments(event.arguments));
    // Unknown values are possible only in responses.
    if (event.confirmation_status)
      call.confirmation_status = event.confirmation_status as FunctionCallEntry['confirmation_status'] &
        string;
    emit?.('toolCallDelta', textOfArguments(event.arguments), call);
  }

  #addToolExecution(
    event: ToolExecutionStartedEvent | ToolExecutionDeltaEvent | ToolExecutionDoneEvent,
    emit: Emit<Handlers> | undefined,
  ): void {
    const { entry } = this.#entry('tool.execution', event, () => ({ name: event.name, arguments: '' }));
    const execution = entry as ToolExecutionEntry;
    if ('arguments' in event) execution.arguments += textOfArguments(event.arguments);
    if (event.type !== 'tool.execution.done') return;
    if (isRecord(event.info)) execution.info = event.info;
    complete(execution, event);
    emit?.('toolExecution', execution);
  }

  #addHandoff(
    event: AgentHandoffStartedEvent | AgentHandoffDoneEvent,
    emit: Emit<Handlers> | undefined,
  ): void {
    const { entry } = this.#entry('agent.handoff', event, () => ({}));
    const handoff = entry as AgentHandoffEntry;
    const { previous_agent_id, previous_agent_name, next_agent_id, next_agent_name } = event as Partial<
      AgentHandoffStartedEvent & AgentHandoffDoneEvent
    >;
    Object.assign(
      handoff,
      withoutNulls({ previous_agent_id, previous_agent_name, next_agent_id, next_agent_name }),
    );
    if (event.type === 'agent.handoff.started') return;
    complete(handoff, event);
    emit?.('handoff', handoff);
  }

  /** The entry that an event belongs to; a new one is inserted at its position. */
  #entry(type: NonNullable<Entry['type']>, event: EntryEvent, begin: () => object): Growing {
    const found = this.#find(type, event);
    if (found) return found;
    const { id, created_at, model, agent_id } = event;
    const known = Object.entries({ created_at, agent_id, model, id: normalizeId(id) }).filter(
      ([, value]) => value !== undefined,
    );
    const entry = { object: 'entry', type, ...Object.fromEntries(known), ...begin() } as unknown as Entry;
    const outputIndex = normalizeIndex(event.output_index) ?? 0;
    const made: Growing = { entry, outputIndex, parts: [], content: undefined, text: '', thinking: '' };
    const place = this.#growing.findLastIndex((growing) => growing.outputIndex <= outputIndex) + 1;
    this.#growing.splice(place, 0, made);
    this.#response().outputs = this.#growing.map((growing) => growing.entry);
    return made;
  }

  /** By kind and id, or else the last of its kind and position, for an event that cannot start an entry. */
  #find(type: Entry['type'], event: EntryEvent): Growing | undefined {
    const id = normalizeId(event.id);
    const known =
      id !== undefined && this.#growing.findLast(({ entry }) => entry.type === type && entry.id === id);
    if (known) return known;
    const callId = normalizeId(event.tool_call_id);
    const outputIndex = normalizeIndex(event.output_index);
    const ofKind = this.#growing.filter(({ entry }) => entry.type === type);
    return (
      ofKind.findLast(
        ({ entry }) => callId !== undefined && (entry as FunctionCallEntry).tool_call_id === callId,
      ) ??
      ofKind.findLast(
        (growing) =>
          (outputIndex === undefined || growing.outputIndex === outputIndex) && goesOn(growing.entry, event),
      )
    );
  }
}

interface EntryEvent {
  id: string;
  output_index?: number;
  created_at?: string;
  model?: string | null;
  agent_id?: string | null;
  tool_call_id?: string;
  name?: string;
}

/** Whether an event of an unknown id, or of none, may be about the last entry of its kind: a name starts a new call. */
function goesOn(entry: Entry, event: EntryEvent): boolean {
  if (entry.type !== 'function.call') return normalizeId(event.id) === undefined;
  const name = normalizeName(event.name);
  const hasId = (normalizeId(event.id) ?? normalizeId(event.tool_call_id)) !== undefined;
  return name === undefined || (!hasId && name === entry.name && !isWhole(entry.arguments));
}

/** The final event of an entry is emitted when the entry is complete. */
function complete(
  entry: ToolExecutionEntry | AgentHandoffEntry,
  { created_at }: { created_at?: string },
): void {
  if (created_at !== undefined) entry.completed_at = created_at;
}

/** Append to the content of a message: a string while it is only text, otherwise blocks. */
function appendPart(growing: Growing, index: number, delta: string | Block[] | null): GrowingContent {
  const { parts } = growing;
  const part = partAt(parts, index, delta) ?? beginPart(parts, index);
  const count = part.content?.length;
  part.content = appendContent(part.content, delta);
  if (parts.length === 1) growing.content = part.content;
  // Blocks grow in place, so that only a new one changes the list.
  else if (part.content?.length !== count)
    growing.content = parts.flatMap(({ content }) => asBlocks(content));
  return growing.content;
}

/** Consecutive thinking is one part, whatever its number. */
function partAt(
  parts: readonly ContentPart[],
  index: number,
  delta: GrowingContent,
): ContentPart | undefined {
  const part = parts.findLast((each) => each.index === index || each.joined.includes(index));
  if (part || !thinks(delta, 0)) return part;
  const before = parts.findLast((each) => each.index < index);
  if (!before || !thinks(before.content, -1)) return undefined;
  before.joined.push(index);
  return before;
}

function beginPart(parts: ContentPart[], index: number): ContentPart {
  const part: ContentPart = { index, joined: [], content: undefined };
  parts.splice(parts.findLastIndex((each) => each.index < index) + 1, 0, part);
  if (parts.length > 1) for (const each of parts) each.content = asBlocks(each.content);
  return part;
}

const thinks = (content: GrowingContent, place: 0 | -1): boolean =>
  Array.isArray(content) && content.at(place)?.type === 'thinking';

const asBlocks = (content: GrowingContent) =>
  Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : [];
