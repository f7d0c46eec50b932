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
import type { Assembly, Emit, EndHandlers } from './assembled-stream.js';
import { appendContent, type GrowingContent } from './merge-content.js';

/** What can be listened to in a streamed conversation. */
export interface ConversationHandlers {
  /** A piece of the text of a message, all of its text so far, and the message. */
  text(delta: string, snapshot: string, entry: MessageOutputEntry): void;
  /** A piece of what a model that reasons thinks, all of it so far, and the message. */
  thinking(delta: string, snapshot: string, entry: MessageOutputEntry): void;
  /** A piece of the arguments of a function call, and the call so far. */
  toolCallDelta(delta: string, snapshot: FunctionCallEntry): void;
  /** A function call that is whole, and waits for its result. */
  toolCall(call: FunctionCallEntry): void;
  /** A tool that Mistral runs, such as a web search, has run. */
  toolExecution(entry: ToolExecutionEntry): void;
  /** Another agent has taken over. */
  handoff(entry: AgentHandoffEntry): void;
  /** The tokens, as the server counts them. */
  usage(usage: ConversationUsageInfo): void;
}

type Handlers = ConversationHandlers & EndHandlers<ConversationResponse>;
type Entry = ConversationResponse['outputs'][number];

/** An entry as it grows. */
interface Growing {
  readonly entry: Entry;
  /** Where it stands among the others. */
  readonly outputIndex: number;
  /** The parts of a message's content, by the number that the server gave them. */
  readonly parts: { readonly index: number; content: GrowingContent }[];
  content: GrowingContent;
  text: string;
  thinking: string;
}

/** Puts events together to the response that would have come in one piece. */
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
  answer: ConversationResponse | undefined;
  readonly #growing: Growing[] = [];

  add(event: ConversationEvent, emit: Emit<Handlers> | undefined): void {
    // What is no event is handed to the reader as it is, and leads to nothing here.
    if (!isRecord(event)) return;
    switch (event.type) {
      case 'conversation.response.started':
        this.#response().conversation_id = event.conversation_id;
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
        this.#response().usage = event.usage;
        if (isRecord(event.usage)) emit?.('usage', event.usage);
        break;
    }
  }

  end(emit: Emit<Handlers> | undefined): void {
    for (const { entry } of this.#growing) if (entry.type === 'function.call') emit?.('toolCall', entry);
  }

  textIn(event: ConversationEvent): string {
    return event.type === 'message.output.delta' ? textOf(event.content) : '';
  }

  #response(): ConversationResponse {
    // The id comes with the first event, the usage with the last.
    const opening = { object: 'conversation.response' as const, outputs: [] };
    return (this.answer ??= opening as unknown as ConversationResponse);
  }

  #addMessage(event: MessageOutputEvent, emit: Emit<Handlers> | undefined): void {
    const growing = this.#entry('message.output', event, () => ({ role: 'assistant', content: '' }));
    const entry = growing.entry as MessageOutputEntry;
    entry.content = appendPart(
      growing,
      event.content_index ?? 0,
      event.content,
    ) as MessageOutputEntry['content'];
    const text = textOf(event.content);
    if (text !== '') {
      growing.text += text;
      emit?.('text', text, growing.text, entry);
    }
    const thinking = typeof event.content === 'string' ? '' : thinkingOf(event.content);
    if (thinking === '') return;
    growing.thinking += thinking;
    emit?.('thinking', thinking, growing.thinking, entry);
  }

  #addFunctionCall(event: FunctionCallEvent, emit: Emit<Handlers> | undefined): void {
    const { entry } = this.#entry('function.call', event, () => ({
      tool_call_id: event.tool_call_id,
      name: event.name,
      arguments: '',
    }));
    const call = entry as FunctionCallEntry;
    call.arguments = `${call.arguments as string}${event.arguments ?? ''}`;
    if (event.confirmation_status !== undefined)
      call.confirmation_status = event.confirmation_status as NonNullable<
        FunctionCallEntry['confirmation_status']
      >;
    emit?.('toolCallDelta', event.arguments ?? '', call);
  }

  #addToolExecution(
    event: ToolExecutionStartedEvent | ToolExecutionDeltaEvent | ToolExecutionDoneEvent,
    emit: Emit<Handlers> | undefined,
  ): void {
    const { entry } = this.#entry('tool.execution', event, () => ({ name: event.name, arguments: '' }));
    const execution = entry as ToolExecutionEntry;
    if ('arguments' in event) execution.arguments += event.arguments ?? '';
    if (event.type !== 'tool.execution.done') return;
    if (event.info !== undefined) execution.info = event.info;
    complete(execution, event);
    emit?.('toolExecution', execution);
  }

  #addHandoff(
    event: AgentHandoffStartedEvent | AgentHandoffDoneEvent,
    emit: Emit<Handlers> | undefined,
  ): void {
    const { entry } = this.#entry('agent.handoff', event, () => ({}));
    const handoff = entry as AgentHandoffEntry;
    if (event.type === 'agent.handoff.started') {
      handoff.previous_agent_id = event.previous_agent_id;
      handoff.previous_agent_name = event.previous_agent_name;
      return;
    }
    handoff.next_agent_id = event.next_agent_id;
    handoff.next_agent_name = event.next_agent_name;
    complete(handoff, event);
    emit?.('handoff', handoff);
  }

  /** The entry that an event belongs to, by kind and id; a new one goes to its place among the others. */
  #entry(
    type: NonNullable<Entry['type']>,
    event: {
      id: string;
      output_index?: number;
      created_at?: string;
      model?: string | null;
      agent_id?: string | null;
    },
    begin: () => object,
  ): Growing {
    const found = this.#growing.findLast(({ entry }) => entry.type === type && entry.id === event.id);
    if (found) return found;
    const { id, created_at, model, agent_id } = event;
    const known = Object.entries({ created_at, agent_id, model, id }).filter(
      ([, value]) => value !== undefined,
    );
    const entry = { object: 'entry', type, ...Object.fromEntries(known), ...begin() } as unknown as Entry;
    const outputIndex = event.output_index ?? 0;
    const made: Growing = { entry, outputIndex, parts: [], content: undefined, text: '', thinking: '' };
    const place = this.#growing.findLastIndex((growing) => growing.outputIndex <= outputIndex) + 1;
    this.#growing.splice(place, 0, made);
    this.#response().outputs = this.#growing.map((growing) => growing.entry);
    return made;
  }
}

/** The event that says so is made when the entry is complete. */
function complete(
  entry: ToolExecutionEntry | AgentHandoffEntry,
  { created_at }: { created_at?: string },
): void {
  if (created_at !== undefined) entry.completed_at = created_at;
}

/** Add to the content of a message: a string while it is one text, and blocks once it is more. */
function appendPart(growing: Growing, index: number, delta: unknown): GrowingContent {
  const { parts } = growing;
  let part = parts.findLast((each) => each.index === index);
  if (!part) {
    part = { index, content: undefined };
    parts.splice(parts.findLastIndex((each) => each.index < index) + 1, 0, part);
    if (parts.length > 1) for (const each of parts) each.content = asBlocks(each.content);
  }
  const count = part.content?.length;
  part.content = appendContent(part.content, delta);
  if (parts.length === 1) growing.content = part.content;
  // Blocks grow in place, so that only a new one changes the list.
  else if (part.content?.length !== count)
    growing.content = parts.flatMap(({ content }) => asBlocks(content));
  return growing.content;
}

const asBlocks = (content: GrowingContent) =>
  Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : [];
