import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { appendContent, type GrowingContent } from '../messages/append-content.js';
import { MockPart, type AnyMockPart } from './mock-part.js';
import { MockToolCall } from './tool-call.js';

type Part = string | MockToolCall | AnyMockPart;
type Kind = 'text' | 'call' | AnyMockPart['kind'];
type Fields = Readonly<Record<string, unknown>>;

/** The parts of a reply, if the response is given as such; `undefined` for any other response. */
export function partsOf(given: unknown): readonly Part[] | undefined {
  if (isPart(given)) return [given];
  return Array.isArray(given) && given.length > 0 && given.every(isPart) ? given : undefined;
}

const isPart = (part: unknown): part is Part =>
  typeof part === 'string' || part instanceof MockToolCall || part instanceof MockPart;

/** The kinds of parts that each kind of response can contain. */
const partsIn: Readonly<Record<string, readonly Kind[]>> = {
  completion: ['text', 'call', 'thinking', 'reference', 'finish', 'usage'],
  conversation: ['text', 'call', 'thinking', 'source', 'usage'],
  transcription: ['text', 'usage'],
};

/** How messages name each kind of part. */
const nameOf: Readonly<Record<Kind, string>> = {
  text: 'a text',
  call: '`toolCall()`',
  thinking: '`thinking()`',
  reference: '`citation()` of documents by their numbers',
  source: '`citation()` of a source by its title',
  finish: '`finish()`',
  usage: '`usage()`',
};

/**
 * The default data with another reply: a completion, the response of a conversation, or a transcription; in a stream, one
 * event per part.
 *
 * @throws {ArgumentError} if the operation has no reply, or its reply cannot contain one of the parts.
 */
export function writeReply(usual: unknown, parts: readonly Part[], id: string): unknown {
  const events = (Array.isArray(usual) ? usual : []) as readonly Fields[];
  const whole: Fields = isRecord(usual) ? usual : {};
  const template = events.find(
    ({ type }) => type === 'message.output.delta' || type === 'transcription.text.delta',
  );
  const kind =
    whole.choices || events[0]?.choices
      ? 'completion'
      : whole.outputs || template?.type === 'message.output.delta'
        ? 'conversation'
        : typeof whole.text === 'string' || template
          ? 'transcription'
          : undefined;
  if (kind === undefined)
    throw new ArgumentError(`\`${id}\` has no reply text: give the mock the complete response`);
  const unfit = parts.map(kindOf).find((each) => !partsIn[kind]!.includes(each));
  if (unfit) throw new ArgumentError(`\`${id}\` cannot contain ${nameOf[unfit]}: a ${kind} does not have it`);
  if (kind === 'completion')
    return events.length > 0 ? completionEvents(events, parts) : completion(whole, parts);
  if (kind === 'conversation')
    return events.length > 0 ? conversationEvents(events, template!, parts) : conversation(whole, parts);
  return events.length > 0 ? transcriptionEvents(events, template!, parts) : transcription(whole, parts);
}

const kindOf = (part: Part): Kind =>
  typeof part === 'string' ? 'text' : part instanceof MockToolCall ? 'call' : part.kind;

function completion(usual: Fields, parts: readonly Part[]): Fields {
  const calls = callsOf(parts);
  const message = {
    role: 'assistant',
    content: contentOf(parts),
    tool_calls: calls.length > 0 ? calls.map((call, index) => toolCallOf(call, index)) : null,
  };
  const choices = [{ index: 0, message, finish_reason: reasonOf(parts) }];
  return { ...usual, choices, usage: usageOf(usual.usage, parts) };
}

function completionEvents(usual: readonly Fields[], parts: readonly Part[]): Fields[] {
  const calls = callsOf(parts);
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...usual[0],
    choices: [{ index: 0, delta, finish_reason }],
  });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...spokenOf(parts).map((part) =>
      chunk(
        part instanceof MockToolCall
          ? { tool_calls: [toolCallOf(part, calls.indexOf(part))] }
          : { content: typeof part === 'string' ? part : [blockOf(part)] },
      ),
    ),
    { ...chunk({ content: '' }, reasonOf(parts)), usage: usageOf(usual.at(-1)?.usage, parts) },
  ];
}

function conversation(usual: Fields, parts: readonly Part[]): Fields {
  const content = contentOf(parts);
  const calls = callsOf(parts);
  const entries = (Array.isArray(usual.outputs) ? usual.outputs : []) as readonly Fields[];
  const message = entries.find(({ type }) => type === 'message.output');
  const outputs = [
    ...(content === '' && calls.length > 0 ? [] : [{ ...message, content }]),
    ...calls.map((call, index) => ({
      object: 'entry',
      type: 'function.call',
      id: `fc_${index + 1}`,
      tool_call_id: call.id ?? idOf(index),
      name: call.name,
      arguments: call.arguments,
    })),
  ];
  return { ...usual, outputs, usage: usageOf(usual.usage, parts) };
}

function conversationEvents(usual: readonly Fields[], template: Fields, parts: readonly Part[]): Fields[] {
  const calls = callsOf(parts);
  const spoken = spokenOf(parts);
  const messages = spoken.length > calls.length ? 1 : 0;
  let content: GrowingContent;
  const events = spoken.map((part) => {
    if (!(part instanceof MockToolCall)) {
      const block = typeof part === 'string' ? part : blockOf(part);
      content = appendContent(content, typeof part === 'string' ? part : [blockOf(part)]);
      const content_index = Array.isArray(content) ? content.length - 1 : 0;
      return { ...template, output_index: 0, content_index, content: block };
    }
    const index = calls.indexOf(part);
    return {
      type: 'function.call.delta',
      created_at: template.created_at,
      output_index: messages + index,
      id: `fc_${index + 1}`,
      model: template.model,
      agent_id: template.agent_id,
      name: part.name,
      tool_call_id: part.id ?? idOf(index),
      arguments: part.arguments,
    };
  });
  const last = usual.at(-1);
  return [usual[0]!, ...events, { ...last, usage: usageOf(last?.usage, parts) }];
}

const transcription = (usual: Fields, parts: readonly Part[]): Fields => ({
  ...usual,
  text: textOf(parts),
  usage: usageOf(usual.usage, parts),
});

function transcriptionEvents(usual: readonly Fields[], template: Fields, parts: readonly Part[]): Fields[] {
  const text = textOf(parts);
  return [
    ...usual.slice(0, usual.indexOf(template)),
    ...spokenOf(parts).map((part) => ({ ...template, text: part })),
    ...usual.filter(({ type }) => type === 'transcription.segment').map((segment) => ({ ...segment, text })),
    transcription(usual.at(-1) ?? {}, parts),
  ];
}

/** Text alone is a string; with other parts, it is a list of blocks. */
const contentOf = (parts: readonly Part[]): GrowingContent =>
  spokenOf(parts).reduce<GrowingContent>(
    (content, part) =>
      part instanceof MockToolCall
        ? content
        : appendContent(content, typeof part === 'string' ? part : [blockOf(part)]),
    '',
  );

function blockOf({ kind, value }: AnyMockPart): { type: string; [field: string]: unknown } {
  if (kind === 'thinking') return { type: 'thinking', thinking: [{ type: 'text', text: value }] };
  return kind === 'reference'
    ? { type: 'reference', reference_ids: value }
    : { type: 'tool_reference', tool: 'web_search', ...(value as object) };
}

/** The parts with content, without `finish()` and `usage()`. */
const spokenOf = (parts: readonly Part[]): Part[] =>
  parts.filter((part) => !['finish', 'usage'].includes(kindOf(part)));

const textOf = (parts: readonly Part[]): string => parts.filter((part) => typeof part === 'string').join('');

const callsOf = (parts: readonly Part[]): MockToolCall[] =>
  parts.filter((part) => part instanceof MockToolCall);

const toolCallOf = ({ id, name, arguments: args }: MockToolCall, index: number) => ({
  id: id ?? idOf(index),
  type: 'function',
  index,
  function: { name, arguments: args },
});

/** Nine letters and digits, as the API requires. */
const idOf = (index: number): string => `call${String(index + 1).padStart(5, '0')}`;

const reasonOf = (parts: readonly Part[]): string =>
  parts.reduce<string | undefined>(
    (given, part) => (part instanceof MockPart && part.kind === 'finish' ? part.value : given),
    undefined,
  ) ?? (callsOf(parts).length > 0 ? 'tool_calls' : 'stop');

/** One token per part, unless a `usage()` gives the numbers. */
function usageOf(usual: unknown, parts: readonly Part[]): unknown {
  if (!isRecord(usual)) return usual;
  const given: Fields = Object.assign(
    {},
    ...parts.map((part) => (part instanceof MockPart && part.kind === 'usage' ? part.value : {})),
  );
  const tokens = {
    ...usual,
    prompt_tokens: Number(usual.prompt_tokens ?? 0),
    completion_tokens: spokenOf(parts).length,
    ...given,
  };
  return { ...tokens, total_tokens: given.total_tokens ?? tokens.prompt_tokens + tokens.completion_tokens };
}
