import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { MockToolCall } from './tool-call.js';

type Part = string | MockToolCall;
type Fields = Readonly<Record<string, unknown>>;

/** What a model says, if an answer is given as texts and tool calls; `undefined` for any other answer. */
export function partsOf(given: unknown): readonly Part[] | undefined {
  if (typeof given === 'string') return [given];
  if (!Array.isArray(given) || given.length === 0) return undefined;
  return given.every((part) => typeof part === 'string' || part instanceof MockToolCall) ? given : undefined;
}

/**
 * The usual answer, saying something else: a completion, the response of a conversation or a transcription, whole or as
 * events, of which each part becomes one.
 *
 * @throws {ArgumentError} if it is an answer that says nothing, or a transcription that would call a function.
 */
export function say(usual: unknown, parts: readonly Part[], id: string): unknown {
  const said = Array.isArray(usual) ? sayInEvents(usual as Fields[], parts) : sayAtOnce(usual, parts);
  if (said) return said;
  const calls = parts.some((part) => part instanceof MockToolCall);
  throw new ArgumentError(
    `\`${id}\` ${calls ? 'cannot say that' : 'says no text'}: give the mock its whole answer`,
  );
}

function sayAtOnce(usual: unknown, parts: readonly Part[]): unknown {
  if (!isRecord(usual)) return undefined;
  const text = textOf(parts);
  const calls = callsOf(parts);
  if (Array.isArray(usual.choices)) {
    const message = {
      role: 'assistant',
      content: text,
      tool_calls: calls.length > 0 ? calls.map((call, index) => toolCallOf(call, index)) : null,
    };
    const choices = [{ index: 0, message, finish_reason: reasonOf(calls) }];
    return { ...usual, choices, usage: usageOf(usual.usage, parts) };
  }
  if (Array.isArray(usual.outputs)) {
    const message = usual.outputs.find(
      (entry) => isRecord(entry) && entry.type === 'message.output',
    ) as Fields;
    const outputs = [
      ...(text === '' && calls.length > 0 ? [] : [{ ...message, content: text }]),
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
  if (typeof usual.text !== 'string' || calls.length > 0) return undefined;
  return { ...usual, text, usage: usageOf(usual.usage, parts) };
}

function sayInEvents(usual: readonly Fields[], parts: readonly Part[]): unknown[] | undefined {
  const first = usual[0] ?? {};
  const last = usual.at(-1) ?? {};
  const calls = callsOf(parts);
  const usage = usageOf(last.usage, parts);
  const template = usual.find(
    ({ type }) => type === 'message.output.delta' || type === 'transcription.text.delta',
  );
  if (Array.isArray(first.choices)) {
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...first,
      choices: [{ index: 0, delta, finish_reason }],
    });
    return [
      chunk({ role: 'assistant', content: '' }),
      ...parts.map((part) =>
        chunk(
          typeof part === 'string'
            ? { content: part }
            : { tool_calls: [toolCallOf(part, calls.indexOf(part))] },
        ),
      ),
      { ...chunk({ content: '' }, reasonOf(calls)), usage },
    ];
  }
  if (template?.type === 'message.output.delta') {
    const texts = parts.some((part) => typeof part === 'string') ? 1 : 0;
    const events = parts.map((part) => {
      if (typeof part === 'string') return { ...template, output_index: 0, content: part };
      const index = calls.indexOf(part);
      return {
        type: 'function.call.delta',
        created_at: template.created_at,
        output_index: texts + index,
        id: `fc_${index + 1}`,
        model: template.model,
        agent_id: template.agent_id,
        name: part.name,
        tool_call_id: part.id ?? idOf(index),
        arguments: part.arguments,
      };
    });
    return [first, ...events, { ...last, usage }];
  }
  if (!template || calls.length > 0) return undefined;
  const text = textOf(parts);
  return [
    ...usual.slice(0, usual.indexOf(template)),
    ...parts.map((part) => ({ ...template, text: part })),
    ...usual.filter(({ type }) => type === 'transcription.segment').map((segment) => ({ ...segment, text })),
    { ...last, text, usage },
  ];
}

const textOf = (parts: readonly Part[]): string => parts.filter((part) => typeof part === 'string').join('');

const callsOf = (parts: readonly Part[]): MockToolCall[] =>
  parts.filter((part) => part instanceof MockToolCall);

const toolCallOf = ({ id, name, arguments: args }: MockToolCall, index: number) => ({
  id: id ?? idOf(index),
  type: 'function',
  index,
  function: { name, arguments: args },
});

/** Nine letters and digits, as the API asks for. */
const idOf = (index: number): string => `call${String(index + 1).padStart(5, '0')}`;

const reasonOf = (calls: readonly MockToolCall[]): string => (calls.length > 0 ? 'tool_calls' : 'stop');

/** A token a part. */
function usageOf(usual: unknown, parts: readonly Part[]): unknown {
  if (!isRecord(usual)) return usual;
  const prompt = Number(usual.prompt_tokens ?? 0);
  return { ...usual, completion_tokens: parts.length, total_tokens: prompt + parts.length };
}
