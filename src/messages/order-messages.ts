import { isRecord } from '../internal/is-record.js';
import { jsonOf } from './foreign-text.js';
import { isEmptyContent } from './is-empty-content.js';
import type { Fields, Placed, RepairRule } from './message-repair.js';
import { findCall, type OpenCall } from './normalize-tool-ids.js';
import { textBlock } from './repair-content.js';
import { hasId } from './tool-call-id.js';

/** Reports a repair of the message with this index. */
export type TellOf = (index: number, rule: RepairRule, problem: string, repair: string) => void;

/** Tool calls of one message, and their results, wherever these are in the history. */
interface Round {
  readonly place: number;
  readonly calls: readonly OpenCall[];
  open: readonly OpenCall[];
  readonly results: Placed[];
  /** Results without a call that are among its results, as messages of the user. */
  readonly strays: Placed[];
}

/**
 * Messages in an order that the API takes: each tool call with its result right after it, no result without its call, and each
 * role after one that it may follow.
 *
 * @param messages - Each as the API takes it by itself.
 */
export function orderMessages(messages: readonly Placed[], tell: TellOf): Placed[] {
  const rounds = roundsIn(messages);
  const strays = pairResults(messages, rounds, tell);
  const ordered: Placed[] = [];
  /** System messages until the next message of the user. */
  let held: Placed[] = [];
  const push = (placed: Placed) => {
    const { index, message } = placed;
    if (message.role === 'user' && roleOf(ordered.at(-1)) === 'tool') {
      tell(
        index,
        'role-order',
        'A user message comes right after a tool message',
        'An assistant message that says so is in between now',
      );
      ordered.push({ index, message: { role: 'assistant', content: interrupted }, isAdded: true });
    }
    ordered.push(placed);
    if (message.role !== 'user') return;
    ordered.push(...held);
    held = [];
  };

  for (const placed of messages) {
    const { index, message } = placed;
    const round = rounds.get(placed);
    const stray = strays.get(placed);
    if (round) {
      for (const each of round.strays) push(each);
      ordered.push(placed, ...round.results, ...missingResults(round, index, tell));
    } else if (stray) push(stray);
    else if (message.role === 'assistant' && isEmptyContent(message.content))
      tell(index, 'empty-assistant', 'The assistant message has neither content nor tool calls', 'Taken out');
    else if (message.role === 'system' && isEmptySystem(message))
      tell(index, 'empty-system', 'The system message has no content', 'Taken out');
    else if (message.role === 'system' && ['assistant', 'tool'].includes(String(roleOf(ordered.at(-1))))) {
      tell(
        index,
        'role-order',
        `A system message comes right after a message of role ${String(roleOf(ordered.at(-1)))}`,
        'It is next to the nearest user message now',
      );
      held.push(placed);
    } else if (message.role !== 'tool') push(placed);
  }
  const place = ordered.findLastIndex((each) => ['user', 'system'].includes(String(roleOf(each)))) + 1;
  return ordered.toSpliced(place, 0, ...held);
}

const interrupted = '[Interrupted before a reply]';

const roleOf = (placed: Placed | undefined): unknown => placed?.message.role;

const isEmptySystem = ({ content }: Fields): boolean => content === undefined || content === null;

function roundsIn(messages: readonly Placed[]): Map<Placed, Round> {
  const rounds = new Map<Placed, Round>();
  for (const [place, placed] of messages.entries()) {
    const { role, tool_calls: calls } = placed.message;
    if (role !== 'assistant' || !Array.isArray(calls) || calls.length === 0) continue;
    const open = calls.filter(isRecord).map(({ id, function: called }): OpenCall => ({
      given: id,
      name: isRecord(called) ? called.name : undefined,
    }));
    rounds.set(placed, { place, calls: open, open, results: [], strays: [] });
  }
  return rounds;
}

/** @returns What stands in place of results that have no call, for those that are not among the results of a round. */
function pairResults(
  messages: readonly Placed[],
  rounds: ReadonlyMap<Placed, Round>,
  tell: TellOf,
): Map<Placed, Placed> {
  const strays = new Map<Placed, Placed>();
  const all = [...rounds.values()];
  /** The round whose results come here. */
  let current: Round | undefined;
  for (const [place, placed] of messages.entries()) {
    const { index, message } = placed;
    if (message.role !== 'tool') {
      current = rounds.get(placed);
      continue;
    }
    const { tool_call_id: id, name } = message;
    const round = findRound(all, place, id);
    const call = round && findCall(round.open, id, name);
    if (round && call) {
      if (round !== current)
        tell(
          index,
          'unexpected-result',
          `The result for ${jsonOf(id ?? name)} is not right after its tool call`,
          'It is now',
        );
      round.open = round.open.filter((other) => other !== call);
      round.results.push(placed);
    } else if (round && hasId(id)) {
      // A result without an id may have taken the call.
      const same = round.results.findIndex((other) => other.message.tool_call_id === id);
      const first = same < 0 ? round.results.length - 1 : same;
      round.results[first] = joinResults(round.results[first]!, placed, tell);
    } else {
      const stray = toUser(placed);
      tell(
        index,
        'unexpected-result',
        `The result for ${jsonOf(id ?? name ?? 'a tool call')} has no tool call in the history`,
        'It is a user message now',
      );
      if (current) current.strays.push(stray);
      else strays.set(placed, stray);
    }
  }
  return strays;
}

/** The last round before a result that has its call; or the first after it, with the call still open. */
function findRound(rounds: readonly Round[], place: number, id: unknown): Round | undefined {
  const before = rounds.filter((round) => round.place < place);
  if (!hasId(id)) return before.at(-1);
  const has = ({ given }: OpenCall) => given === id;
  return (
    before.findLast(({ calls }) => calls.some(has)) ??
    rounds.find((round) => round.place > place && round.open.some(has))
  );
}

function joinResults(first: Placed, second: Placed, tell: TellOf): Placed {
  const isSame = JSON.stringify(first.message.content) === JSON.stringify(second.message.content);
  tell(
    second.index,
    'duplicate-result',
    `The tool call ${jsonOf(second.message.tool_call_id)} has a second result`,
    isSame ? 'Taken out, as it is the same' : 'It is part of the first now',
  );
  if (isSame) return first;
  return {
    ...first,
    message: { ...first.message, content: joined(first.message.content, second.message.content) },
  };
}

function joined(first: unknown, second: unknown): unknown {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`;
  return [...blocksOf(first), ...blocksOf(second)];
}

const blocksOf = (content: unknown): unknown[] =>
  Array.isArray(content) ? content : typeof content === 'string' ? [textBlock(content)] : [];

function toUser({ index, message }: Placed): Placed {
  const { content, tool_call_id: id, name } = message;
  const of = [id, name].filter((each) => typeof each === 'string').join(', ');
  const intro = `[Result of a tool call that is not in this history${of === '' ? '' : `: ${of}`}]`;
  return { index, message: { role: 'user', content: joined(intro, content ?? '') } };
}

function missingResults({ open }: Round, index: number, tell: TellOf): Placed[] {
  return open.map(({ given, name }) => {
    tell(
      index,
      'missing-result',
      `The tool call ${jsonOf(given ?? name ?? '')} has no result`,
      'A result that says so is there now',
    );
    const id = given === undefined ? {} : { tool_call_id: given };
    return { index, message: { role: 'tool', ...id, content: noResult }, isAdded: true };
  });
}

const noResult = '[The history has no result of this tool call]';
