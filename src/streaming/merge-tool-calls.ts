import type { ToolCall } from '../../generated/types.gen.js';
import type { ToolCallPart } from '../messages/normalize-tool-call.js';
import {
  appendArguments,
  beginsObject,
  isEmpty,
  isWhole,
  textOfArguments,
} from '../messages/tool-call-arguments.js';

/**
 * Add a delta of a tool call to the calls so far, and return the call that it belongs to.
 *
 * Servers disagree about what identifies a call: some number all parallel calls 0, some send no id or another with each
 * delta, some repeat the name. So id, index, name and the completeness of the arguments decide together.
 *
 * @param settled - How many calls there were before the delta.
 */
export function appendToolCall(calls: ToolCall[], part: ToolCallPart, settled: number): ToolCall {
  const call = findCall(calls, part, settled) ?? begin(calls, part);
  const called = call.function;
  if (part.id !== undefined) call.id ??= part.id;
  if (part.name !== undefined && called.name === '') called.name = part.name;
  called.arguments = appendArguments(called.arguments, part.arguments);
  return call;
}

function begin(calls: ToolCall[], { id, index, name = '', rest, functionRest }: ToolCallPart): ToolCall {
  const made: ToolCall = {
    ...(id === undefined ? {} : { id }),
    ...rest,
    function: { ...functionRest, name, arguments: '' },
    ...(index === undefined ? {} : { index }),
  };
  calls.push(made);
  return made;
}

/** The call that a delta continues; `undefined` if it starts another. */
function findCall(calls: readonly ToolCall[], part: ToolCallPart, settled: number): ToolCall | undefined {
  const { id, name } = part;
  const call = callOf(calls, part);
  if (!call || beginsAnother(call, part)) return undefined;
  // Without a name it can only continue a call, whatever its id.
  if (name === undefined) return call;
  const { name: before } = call.function;
  if (before !== '' && before !== name) return undefined;
  if (id !== undefined && call.id !== undefined)
    return call.id === id || isContinued(call, part) ? call : undefined;
  // Two parts of one delta are two calls, unless an index says otherwise.
  return part.index === undefined && calls.indexOf(call) >= settled ? undefined : call;
}

/** The last call of the same id, or else of the same index. */
function callOf(calls: readonly ToolCall[], { id, index, name }: ToolCallPart): ToolCall | undefined {
  if (id !== undefined) {
    const named = calls.findLast(
      (call) =>
        call.id === id && (name === undefined || index === undefined || (call.index ?? index) === index),
    );
    if (named) return named;
  }
  const last = calls.at(-1);
  if (index === undefined) return last;
  return calls.findLast((call) => call.index === index) ?? (last?.index === undefined ? last : undefined);
}

/** Whether a call is complete, and a delta has different arguments. */
function beginsAnother(call: ToolCall, { arguments: more }: ToolCallPart): boolean {
  const { arguments: so } = call.function;
  if (more === undefined || !beginsObject(more) || !isWhole(so)) return false;
  return textOfArguments(so) !== textOfArguments(more);
}

/** Whether a delta continues the arguments of a call. */
const isContinued = ({ function: { name, arguments: so } }: ToolCall, part: ToolCallPart): boolean =>
  name === part.name &&
  part.arguments !== undefined &&
  !beginsObject(part.arguments) &&
  !isEmpty(so) &&
  !isWhole(so);
