import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { recordsIn } from '../internal/records-in.js';
import { isEmptyContent } from './is-empty-content.js';
import { isFunctionName } from './request-name.js';
import { hasId, isToolCallId } from './tool-call-id.js';

/** A problem in a list of messages for which the API refuses the request. */
export interface MessageProblem {
  /** Index of the message. */
  readonly index: number;
  /** The broken rule, for programs. */
  readonly rule: MessageRule;
  /** What is wrong. */
  readonly problem: string;
  /** How to fix it. */
  readonly fix: string;
}

export type MessageRule =
  | 'no-messages'
  | 'unknown-role'
  | 'unknown-field'
  | 'role-order'
  | 'first-role'
  | 'last-role'
  | 'empty-assistant'
  | 'empty-system'
  | 'thought-order'
  | 'early-prefix'
  | 'function-name'
  | 'tool-call-id'
  | 'duplicate-tool-call-id'
  | 'missing-result'
  | 'unexpected-result'
  | 'duplicate-result';

type Fields = Readonly<Record<string, unknown>>;

/** The roles that may follow each role. */
const followers: Readonly<Record<string, readonly string[]>> = {
  system: ['system', 'user', 'assistant'],
  user: ['user', 'system', 'assistant'],
  assistant: ['user', 'assistant', 'tool'],
  tool: ['tool', 'assistant'],
};

/**
 * The problems of a history.
 *
 * @param unknownFieldsOf - Finds the fields of a message that requests do not have. Which they have takes a table, and runs do without.
 */
export function lintHistory(
  messages: readonly object[],
  unknownFieldsOf: (message: object) => readonly string[] = () => [],
): MessageProblem[] {
  if (!Array.isArray(messages)) throw new ArgumentError('`messages` must be an array of messages');
  const problems: MessageProblem[] = [];
  const report = (index: number, rule: MessageRule, problem: string, fix: string) =>
    void problems.push({ index, rule, problem, fix });
  const all = messages as readonly Fields[];

  if (all.length === 0) report(0, 'no-messages', 'There is no message', 'Begin with a user message');
  /** Calls of the last assistant message, and whether each has its result. */
  let calls = new Map<string, { readonly index: number; hasResult: boolean }>();
  const reportMissingResults = () => {
    for (const [id, { index, hasResult }] of calls)
      if (!hasResult)
        report(
          index,
          'missing-result',
          `The tool call ${id} has no result`,
          'Add a message of role `tool` with its `tool_call_id` right after, or take the call out',
        );
    calls = new Map();
  };

  for (const [index, message] of all.entries()) {
    const role = isRecord(message) ? message.role : undefined;
    if (typeof role !== 'string' || !Object.hasOwn(followers, role)) {
      report(
        index,
        'unknown-role',
        `The role is ${JSON.stringify(role)}`,
        'Roles are system, user, assistant and tool',
      );
      continue;
    }
    for (const field of unknownFieldsOf(message))
      report(
        index,
        'unknown-field',
        `The ${role} message has \`${field}\`, a field that requests do not have`,
        'Take it out',
      );
    const previous = index > 0 && isRecord(all[index - 1]) ? all[index - 1]!.role : undefined;
    // A misplaced result is reported as one without a call.
    if (role !== 'tool' && typeof previous === 'string' && followers[previous]?.includes(role) === false)
      report(
        index,
        'role-order',
        `A ${role} message comes right after a ${previous} message`,
        fixOrder(role, previous),
      );
    if (role !== 'tool' && calls.size > 0) reportMissingResults();

    if (role === 'assistant') {
      lintAssistant(message, index, index === all.length - 1, report);
      for (const { id } of callsIn(message)) {
        if (!hasId(id)) continue;
        if (calls.has(id))
          report(
            index,
            'duplicate-tool-call-id',
            `Two tool calls have the id ${id}`,
            'Give each its own: `normalizeToolIds(messages)`',
          );
        calls.set(id, { index, hasResult: false });
      }
    } else if (role === 'tool') {
      lintResult(message, index, report);
      const { tool_call_id: id } = message;
      if (!hasId(id)) continue;
      const call = calls.get(id);
      if (call?.hasResult)
        report(index, 'duplicate-result', `The tool call ${id} has a second result`, 'Keep one of them');
      else if (call) call.hasResult = true;
      else
        report(
          index,
          'unexpected-result',
          `The result is for ${id}, which the assistant message before it does not call`,
          'Put the assistant message with this call before its results, or take the result out',
        );
    } else if (role === 'system' && (message.content === undefined || message.content === null)) {
      report(index, 'empty-system', 'The system message has no content', 'Give it text, or take it out');
    }
  }
  reportMissingResults();
  lintEnds(all, report);
  return problems.toSorted((a, b) => a.index - b.index);
}

type Report = (index: number, rule: MessageRule, problem: string, fix: string) => void;

function lintAssistant(message: Fields, index: number, isLast: boolean, report: Report): void {
  const calls = callsIn(message);
  if (calls.length === 0 && isEmptyContent(message.content))
    report(
      index,
      'empty-assistant',
      'The assistant message has neither content nor tool calls',
      'Take it out, or give it what was said',
    );
  if (Array.isArray(message.content) && message.content.some((block, place) => place > 0 && isThought(block)))
    report(
      index,
      'thought-order',
      'The assistant message has a block of thinking after other content',
      'Put all thinking into one block, and that first',
    );
  if (message.prefix === true && !isLast)
    report(
      index,
      'early-prefix',
      'An assistant message with `prefix` stands before others',
      '`prefix` is for the last message; take it off this one',
    );
  for (const call of calls) {
    if (!isToolCallId(call.id)) report(index, 'tool-call-id', ...wrongId(call.id));
    const name = isRecord(call.function) ? call.function.name : undefined;
    if (!isFunctionName(name)) report(index, 'function-name', ...wrongName(name));
  }
}

function lintResult({ tool_call_id: id, name }: Fields, index: number, report: Report): void {
  if (!isToolCallId(id)) report(index, 'tool-call-id', ...wrongId(id));
  if (name !== undefined && name !== null && !isFunctionName(name))
    report(index, 'function-name', ...wrongName(name));
}

function lintEnds(all: readonly Fields[], report: Report): void {
  const last = all.at(-1);
  if (!isRecord(last) || last.role !== 'assistant') return;
  if (last.prefix !== true && callsIn(last).length === 0)
    report(
      all.length - 1,
      'last-role',
      'The last message is one of the assistant',
      'Add a user message, or set `prefix: true` for the model to go on writing it',
    );
  else if (all.length === 1)
    report(0, 'first-role', 'The only message is one of the assistant', 'Begin with a user message');
}

const callsIn = ({ tool_calls }: Fields): Fields[] => recordsIn(tool_calls);

const isThought = (block: unknown): boolean => isRecord(block) && block.type === 'thinking';

const wrongId = (id: unknown): [string, string] => [
  hasId(id)
    ? `The tool call id ${JSON.stringify(id)} is not nine letters or digits`
    : 'The id of the tool call is missing',
  'Give calls and results ids that the API takes: `normalizeToolIds(messages)`',
];

const wrongName = (name: unknown): [string, string] => [
  `The function name ${JSON.stringify(name)} is none that the API takes`,
  'Use up to 64 letters, digits, `_` and `-`',
];

const fixOrder = (role: string, previous: string): string =>
  previous === 'tool'
    ? 'Let the model reply to the results first, and put its assistant message in between'
    : `Move the ${role} message to before the ${previous} message`;
