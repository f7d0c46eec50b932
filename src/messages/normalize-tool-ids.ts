import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { hasId, isToolCallId, makeToolCallId } from './tool-call-id.js';

/** A call without a result so far. */
export interface OpenCall {
  /** Its original id. */
  readonly given: unknown;
  readonly name: unknown;
}

interface RenamedCall extends OpenCall {
  readonly id: string;
}

/**
 * Give the tool calls of a history ids that this API accepts: nine letters or digits. It refuses a history with ids of other
 * APIs.
 *
 * A valid id is kept. Any other is replaced by one that is derived from it, so that the same history always gives the same
 * ids, also when it grows; a result gets the id of its call. Calls without an id get one, and a result without an id belongs
 * to the first call of its name without a result. All calls get different ids. It is idempotent, and does not modify its
 * input.
 *
 * @throws {ArgumentError} if `messages` is not an array of messages.
 *
 * @example
 * ```ts
 * import { normalizeToolIds } from 'mistral-sdk/tools';
 *
 * const history = normalizeToolIds([
 *   { role: 'user', content: 'Is it raining in Lyon?' },
 *   { role: 'assistant', tool_calls: [{ id: 'call_77', function: { name: 'weather', arguments: '{}' } }] },
 *   { role: 'tool', tool_call_id: 'call_77', content: 'No' },
 * ]);
 * console.log(history[2]?.tool_call_id); // nine letters and digits, those of the call
 * ```
 */
export function normalizeToolIds<Message extends object>(messages: readonly Message[]): Message[] {
  if (!Array.isArray(messages)) throw new ArgumentError('`messages` must be an array of messages');
  const wrong = messages.findIndex((message) => !isRecord(message));
  if (wrong >= 0) throw new ArgumentError(`\`messages[${wrong}]\` is not a message`);
  const given: readonly Message[] = messages;
  const taken = new Set(given.flatMap(idsOf).filter(isToolCallId));
  let open: RenamedCall[] = [];

  return given.map((message, index) => {
    const { role, tool_calls: calls, tool_call_id: id, name } = message as Fields;
    if (role === 'assistant') {
      open = [];
      if (!Array.isArray(calls)) return message;
      const renamed = calls.map((call: unknown, place) => {
        if (!isRecord(call)) return call;
        const isRight = isToolCallId(call.id) && !open.some((other) => other.id === call.id);
        const seed = hasId(call.id) ? call.id : `${index}.${place}`;
        const rightId = isRight ? (call.id as string) : makeToolCallId(seed, taken);
        taken.add(rightId);
        open.push({
          given: call.id,
          id: rightId,
          name: isRecord(call.function) ? call.function.name : undefined,
        });
        return isRight ? call : { ...call, id: rightId };
      });
      return renamed.every((call, place) => call === calls[place])
        ? message
        : { ...message, tool_calls: renamed };
    }
    if (role !== 'tool') return message;
    const call = findCall(open, id, name);
    if (call) open = open.filter((other) => other !== call);
    // A result without a call is kept; `lintMessages` reports it.
    const rightId = call?.id ?? (hasId(id) && !isToolCallId(id) ? makeToolCallId(id, taken) : id);
    return rightId === id ? message : { ...message, tool_call_id: rightId };
  });
}

type Fields = Readonly<Record<string, unknown>>;

function idsOf(message: object): unknown[] {
  const { tool_calls: calls, tool_call_id: id } = message as Fields;
  return [id, ...(Array.isArray(calls) ? calls.filter(isRecord).map((call) => call.id) : [])];
}

/** The call of a result, by its id, or by its name if it has none, among the calls of a message. */
export function findCall<Call extends OpenCall>(
  open: readonly Call[],
  id: unknown,
  name: unknown,
): Call | undefined {
  if (hasId(id)) return open.find((call) => call.given === id);
  return (
    open.find((call) => call.name === name) ?? (name === undefined || name === null ? open[0] : undefined)
  );
}
