import { toolCall } from '../../generated/message-fields.gen.js';
import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { Fields, Tell } from './message-repair.js';
import type { Block } from './normalize-content.js';
import { normalizeId } from './normalize-tool-call.js';
import { keepTold } from './repair-content.js';
import { isFunctionName, requestName } from './request-name.js';
import { normalizeArguments } from './tool-call-arguments.js';
import { hasId } from './tool-call-id.js';

/** A tool call as a request may have it. Its id is left to `normalizeToolIds`. */
export function repairCall(given: Fields, path: string, tell: Tell): Block {
  const call = translateCall(given);
  if (call !== given)
    tell(
      'tool-call-form',
      `\`${path}\` is in the form of another API`,
      'Its name and arguments are in `function` now',
    );
  const { id, ...rest } = call;
  const { name, arguments: written, ...others } = call.function as Fields;
  return keepTold(
    {
      ...rest,
      ...idOf(id, path, tell),
      function: {
        ...others,
        name: repairName(name, path, tell),
        arguments: repairArguments(written, path, tell),
      },
    },
    toolCall,
    path,
    tell,
    // It has all that is required.
  )!;
}

/** Whether two tool calls have the same id, and say the same. */
export function isSameCall(first: Fields, second: Fields): boolean {
  const [one, other] = [first, second].map(({ id: _id, ...call }) => {
    const { name, arguments: given } = translateCall(call).function as Fields;
    return JSON.stringify([name, typeof given === 'string' ? parseOrKeep(given) : given]);
  });
  return hasId(first.id) && first.id === second.id && one === other;
}

/** A function name that the API accepts. */
export function repairName(name: unknown, path: string, tell: Tell): string {
  if (isFunctionName(name)) return name;
  const accepted = requestName(name);
  tell(
    'function-name',
    `The function name of \`${path}\` is ${JSON.stringify(name)}`,
    `It is "${accepted}" now`,
  );
  return accepted;
}

/** An id that is a text, for a call and for its result alike. */
export function idOf(id: unknown, path: string, tell: Tell): { readonly id?: string } {
  const text = normalizeId(id);
  if (typeof id === 'number')
    tell('tool-call-id', `The tool call id of \`${path}\` is a number`, 'It is a text now');
  return text === undefined ? {} : { id: text };
}

function repairArguments(given: unknown, path: string, tell: Tell): unknown {
  if (typeof given === 'string' || isRecord(given)) return given;
  tell(
    'tool-call-form',
    `The arguments of \`${path}\` are neither a text nor an object`,
    'They are JSON now',
  );
  return normalizeArguments(given) ?? '{}';
}

/** Other APIs have the name and the arguments in the call itself, or call them `custom`. */
function translateCall(call: Fields): Fields {
  if (isRecord(call.function)) return call;
  const { custom, type: _type, function: _function, ...rest } = call;
  const called: Fields = { ...rest, ...(isRecord(custom) ? custom : {}) };
  const { toolName, name = toolName, input, args = input, arguments: given = args, ...others } = called;
  return {
    ...others,
    function: { name, arguments: typeof given === 'string' && isRecord(custom) ? { input: given } : given },
  };
}
