import type { ToolCall } from '../../generated/types.gen.js';

/**
 * Add a delta to the tool calls so far, and return the call that it belongs to.
 *
 * An id says which one it is. A delta without one goes on with the last call of its `index`. Where an id is new,
 * so is the call, since servers have numbered parallel calls all 0.
 */
export function appendToolCall(calls: ToolCall[], delta: ToolCall): ToolCall {
  const call = findCall(calls, delta);
  if (!call) {
    const made: ToolCall = { ...delta, function: { ...delta.function } };
    calls.push(made);
    return made;
  }
  if (idOf(delta) !== undefined) call.id = delta.id!;
  const { name, arguments: more } = delta.function;
  if (!call.function.name && name) call.function.name = name;
  call.function.arguments = appendArguments(call.function.arguments, more);
  return call;
}

function findCall(calls: ToolCall[], delta: ToolCall): ToolCall | undefined {
  const id = idOf(delta);
  const atIndex = calls.findLast(({ index }) => index === delta.index);
  if (id === undefined) return atIndex ?? (delta.index === undefined ? calls.at(-1) : undefined);
  const named = calls.findLast((call) => call.id === id);
  return named ?? (atIndex && idOf(atIndex) === undefined ? atIndex : undefined);
}

/** Servers write a missing id in several ways. */
const idOf = ({ id }: ToolCall): string | undefined =>
  id === undefined || id === null || id === '' || id === 'null' ? undefined : id;

type Arguments = ToolCall['function']['arguments'] | undefined;

function appendArguments(so: Arguments, more: Arguments): ToolCall['function']['arguments'] {
  if (typeof so === 'string' && typeof more === 'string') return so + more;
  if (so === undefined || so === '') return more ?? '';
  if (more === undefined || more === '' || Object.keys(more).length === 0) return so;
  if (typeof so === 'object' && typeof more === 'object') return { ...so, ...more };
  return `${textOfArguments(so)}${textOfArguments(more)}`;
}

const textOfArguments = (given: NonNullable<Arguments>): string =>
  typeof given === 'string' ? given : JSON.stringify(given);
