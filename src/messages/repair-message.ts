import { messageParts } from '../../generated/message-fields.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { foreignText } from './foreign-text.js';
import type { Fields, Tell } from './message-repair.js';
import type { Block } from './normalize-content.js';
import { idOf, isSameCall, repairCall, repairName } from './repair-call.js';
import {
  orderThoughts,
  repairContent,
  tellOfField,
  textBlock,
  type RepairedContent,
  type Role,
} from './repair-content.js';
import { isFunctionName } from './request-name.js';
import { wordsOf } from './translate-block.js';
import { wellFormedIn } from './well-formed-in.js';

/**
 * A message as messages of this API: each with a role, content and fields that a request may have. Where it stands among the
 * others is not looked at.
 *
 * @returns The message itself if there is nothing to repair.
 * @throws {ArgumentError} for what is not a message of any known API.
 */
export function repairMessage(given: unknown, index: number, tell: Tell): readonly Fields[] {
  if (!isRecord(given))
    throw new ArgumentError(
      `\`messages[${index}]\` is ${Array.isArray(given) ? 'a list' : kindOf(given)}; expected an object with \`role\` and \`content\``,
    );
  let isTold = false;
  const tellAlso: Tell = (...repair) => {
    isTold = true;
    tell(...repair);
  };
  const repaired = repairFields(repairTexts(given, index, tellAlso), index, tellAlso);
  return isTold ? repaired : [given];
}

function repairTexts(given: Fields, index: number, tell: Tell): Fields {
  let whole: Fields;
  try {
    whole = wellFormedIn(given) as Fields;
  } catch (cause) {
    throw new ArgumentError(`\`messages[${index}]\` is nested too deeply, or refers back to itself`, {
      cause,
    });
  }
  if (whole !== given)
    tell(
      'lone-surrogate',
      'The message has half of a character, as truncated texts do',
      'It is U+FFFD, the replacement character, now',
    );
  return whole;
}

function repairFields(given: Fields, index: number, tell: Tell): Fields[] {
  const message = messageOfItem(given, tell);
  const role = roleOf(message.role, index, tell);
  const { content: written, tool_calls: toolCalls, function_call: functionCall, ...fields } = message;
  const content = repairContent(written, role, tell);
  const called = [...callsOf(toolCalls, functionCall, tell), ...withoutKnown(content.calls, toolCalls)];
  const isAssistant = role === 'assistant';
  const calls = isAssistant ? called.filter(isRecord) : [];
  if (!isAssistant && toolCalls !== undefined) tellOfField('tool_calls', 'Taken out', tell);
  for (const other of called) {
    if (calls.includes(other as Fields)) continue;
    const isNothing = other === null || other === undefined;
    tell(
      'tool-call-form',
      `The ${role} message has a tool call that it cannot have`,
      isNothing ? 'Taken out' : 'It is JSON in the text now',
    );
    if (!isNothing) append(content, foreignText(other));
  }
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && name !== 'role') repairField(name, value, role, known, content, tell);
  const results = content.results.flatMap((result) => repairMessage(result, index, tell));
  // What held nothing but results is those results.
  if (results.length > 0 && !isAssistant && Array.isArray(content.content) && content.content.length === 0)
    return [...results];

  if (isAssistant) {
    content.content = orderThoughts(content.content, tell);
    if (calls.length > 0 || toolCalls !== undefined)
      known.tool_calls = calls.map((call, place) => repairCall(call, `tool_calls[${place}]`, tell));
  } else if (content.content === undefined && role !== 'system') {
    tell('content-form', `The ${role} message has no content`, 'Its content is an empty text now');
    content.content = '';
  }
  const whole = { role, ...(content.content === undefined ? {} : { content: content.content }), ...known };
  return isAssistant ? [whole, ...results] : [...results, whole];
}

/** An item of the history that is not a message elsewhere, as a message. */
function messageOfItem(item: Fields, tell: Tell): Fields {
  const { type, id: _id, status: _status, call_id: callId, output, name, arguments: given, ...rest } = item;
  if (item.role !== undefined) return item;
  const message =
    type === 'function_call'
      ? { role: 'assistant', tool_calls: [{ ...rest, id: callId, function: { name, arguments: given } }] }
      : type === 'function_call_output'
        ? { ...rest, role: 'tool', tool_call_id: callId, content: output }
        : type === 'reasoning'
          ? { role: 'assistant', content: [], reasoning: rest }
          : undefined;
  if (!message) return item;
  tell(
    'unknown-role',
    `The item is of the type ${JSON.stringify(type)}, and has no role`,
    `It is a message of role ${message.role} now`,
  );
  return message;
}

const renamedRoles: Readonly<Record<string, Role>> = { developer: 'system', function: 'tool' };

function roleOf(role: unknown, index: number, tell: Tell): Role {
  const name = String(role);
  // The table has these roles and no other.
  if (typeof role === 'string' && Object.hasOwn(messageParts.members, name)) return name as Role;
  const meant = Object.hasOwn(renamedRoles, name) ? renamedRoles[name] : undefined;
  if (!meant)
    throw new ArgumentError(
      `The role of \`messages[${index}]\` is ${JSON.stringify(role)}; give it one of system, user, assistant and tool`,
    );
  tell('unknown-role', `The role is ${JSON.stringify(role)}`, `It is ${JSON.stringify(meant)} now`);
  return meant;
}

function callsOf(toolCalls: unknown, functionCall: unknown, tell: Tell): unknown[] {
  const calls = toolCalls === null || toolCalls === undefined ? [] : ([toolCalls].flat() as unknown[]);
  if (calls.length > 0 && !Array.isArray(toolCalls))
    tell('tool-call-form', '`tool_calls` is a single tool call', 'It is a list now');
  if (functionCall === undefined) return calls;
  tellOfField('function_call', functionCall === null ? 'Taken out' : 'It is in `tool_calls` now', tell);
  return functionCall === null
    ? calls
    : [...calls, isRecord(functionCall) ? { function: functionCall } : functionCall];
}

/** Some histories have a call in the content and in `tool_calls`. */
const withoutKnown = (calls: readonly Fields[], toolCalls: unknown): Fields[] =>
  calls.filter((call) => ![toolCalls].flat().some((other) => isRecord(other) && isSameCall(call, other)));

/** Keep a field, put its words into the content, or tell that it is taken out. */
function repairField(
  name: string,
  value: unknown,
  role: Role,
  known: Record<string, unknown>,
  content: RepairedContent,
  tell: Tell,
): void {
  const path = `\`${name}\``;
  if (name === 'tool_call_id' && role === 'tool') Object.assign(known, renamedId(value, tell));
  else if (name === 'name' && role === 'tool' && (value === null || isFunctionName(value)))
    known.name = value;
  else if (name === 'name' && role === 'tool' && value !== '') known.name = repairName(value, path, tell);
  else if (name === 'prefix' && role === 'assistant' && typeof value === 'boolean') known.prefix = value;
  else tellOfField(name, carry(name, value, role, content), tell);
}

function renamedId(given: unknown, tell: Tell): { readonly tool_call_id?: string } {
  const { id } = idOf(given, 'tool_call_id', tell);
  return id === undefined ? {} : { tool_call_id: id };
}

/** @returns What was done with the words of a field that requests do not have. */
function carry(name: string, value: unknown, role: Role, content: RepairedContent): string {
  if (/^reasoning(_content|_details)?$|^thinking$/.test(name)) {
    const words = wordsOf(value);
    if (words === '') return 'Taken out; it has no text';
    if (!wordsOf(thoughtsOf(content.content)).includes(words))
      prepend(content, { type: 'thinking', thinking: [textBlock(words)] });
    return 'Its text is in a block of thinking at the front now';
  }
  const words =
    name === 'refusal'
      ? wordsOf(value)
      : name === 'audio' && isRecord(value)
        ? wordsOf(value.transcript)
        : '';
  if (words !== '') {
    if (!wordsOf(content.content).includes(words)) append(content, words);
    return 'It is in the text now';
  }
  if (
    name === 'name' &&
    typeof value === 'string' &&
    value !== '' &&
    (role === 'user' || role === 'system')
  ) {
    const { content: so } = content;
    if (Array.isArray(so)) so.unshift(textBlock(`${value}: `));
    else content.content = `${value}: ${so ?? ''}`;
    return `The text begins with ${JSON.stringify(`${value}: `)} now`;
  }
  return 'Taken out';
}

function append(content: RepairedContent, text: string): void {
  const { content: so } = content;
  if (Array.isArray(so)) so.push(textBlock(text));
  else content.content = so ? `${so}\n\n${text}` : text;
}

function prepend(content: RepairedContent, block: Block): void {
  const { content: so } = content;
  content.content = [block, ...(Array.isArray(so) ? so : so ? [textBlock(so)] : [])];
}

const thoughtsOf = (content: RepairedContent['content']): Block[] =>
  Array.isArray(content) ? content.filter(({ type }) => type === 'thinking') : [];
