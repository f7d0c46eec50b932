import {
  contentChunk,
  systemMessageContentChunks,
  thinkChunk,
  type Part,
  type TaggedPart,
} from '../../generated/message-fields.gen.js';
import { isRecord } from '../internal/is-record.js';
import { foreignText, jsonOf } from './foreign-text.js';
import { keepKnown } from './keep-known.js';
import type { Fields, Tell } from './message-repair.js';
import { blockType, type Block } from './normalize-content.js';
import { joinThoughts } from './request-message.js';
import { isTranslated, translateBlock } from './translate-block.js';

export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** Content as a request may have it, and what stands in messages or fields of its own here. */
export interface RepairedContent {
  content: string | Block[] | null | undefined;
  readonly calls: Fields[];
  readonly results: Fields[];
}

/** Content of a message in a form that the API takes. */
export function repairContent(given: unknown, role: Role, tell: Tell): RepairedContent {
  const repaired: RepairedContent = { content: undefined, calls: [], results: [] };
  if (typeof given === 'string' || given === null || given === undefined) {
    repaired.content = given;
    return repaired;
  }
  const blocks = [given].flat() as unknown[];
  // Results of tools are often data that nobody has made a text of.
  const isData = role === 'tool' && blocks.length > 0 && !blocks.some(isContent);
  if (isData || (!Array.isArray(given) && !isRecord(given))) {
    tell('content-form', `The content of the ${role} message is not text`, 'It is JSON now');
    repaired.content = jsonOf(given);
    return repaired;
  }
  if (!Array.isArray(given))
    tell('content-form', `The content of the ${role} message is a single block`, 'It is a list now');
  const content = blocks.flatMap((block, place) => {
    const path = `content[${place}]`;
    return takeTool(block, role, path, repaired, tell) ? [] : repairBlock(block, partOf[role], path, tell);
  });
  repaired.content = content;
  return repaired;
}

/** Put all thinking into one block at the front, as the API requires of the model's messages. */
export function orderThoughts(content: RepairedContent['content'], tell: Tell): RepairedContent['content'] {
  if (!Array.isArray(content)) return content;
  const thoughts = content.filter(isThought);
  if (!content.some((block, place) => place > 0 && isThought(block))) return content;
  tell(
    'thought-order',
    'The assistant message has a block of thinking after other content',
    'All thinking is in one block at the front now',
  );
  return [thoughts.reduce(joinThoughts), ...content.filter((block) => !isThought(block))];
}

/** What of a value a request may have; tells of the fields that it may not. */
export function keepTold(value: Fields, part: Part, path: string, tell: Tell): Block | undefined {
  // An object in, an object out.
  const kept = keepKnown(value, part) as Block | undefined;
  if (kept) for (const field of lostFields(value, kept, path)) tellOfField(field, 'Taken out', tell);
  return kept;
}

export const tellOfField = (field: string, repair: string, tell: Tell): void =>
  tell('unknown-field', `The message has \`${field}\`, which requests do not have in this form`, repair);

export const textBlock = (text: string): Block => ({ type: 'text', text });

const partOf: Readonly<Record<Role, TaggedPart>> = {
  system: systemMessageContentChunks,
  user: contentChunk,
  assistant: contentChunk,
  tool: contentChunk,
};

const isTyped = (value: unknown): value is Block & { readonly type: string } =>
  isRecord(value) && typeof value.type === 'string';

const isContent = (value: unknown): boolean =>
  isTyped(value) && (isTranslated(value.type) || isToolResult.test(value.type));

const isToolResult = /^tool[_-]result$/;

const isThought = ({ type }: Block): boolean => type === 'thinking';

/** Take a tool call or a tool result out of content, where other APIs have them. */
function takeTool(
  block: unknown,
  role: Role,
  path: string,
  { calls, results }: RepairedContent,
  tell: Tell,
): boolean {
  if (!isTyped(block)) return false;
  const { type, id, tool_use_id: useId = id, tool_call_id: callId = useId, ...named } = block;
  const { toolCallId = callId, toolName, name = toolName, ...rest } = named;
  if (role === 'assistant' && /^tool[_-](use|call)$/.test(type)) {
    const { input, args = input, arguments: given = args, ...others } = rest;
    calls.push({ ...others, id: toolCallId, function: { name, arguments: given } });
    tell('content-form', `\`${path}\` is a tool call`, 'It is in `tool_calls` now');
    return true;
  }
  if (!isToolResult.test(type)) return false;
  const { result, output = result, content = output, ...others } = rest;
  results.push({ ...others, role: 'tool', tool_call_id: toolCallId, name, content });
  tell('content-form', `\`${path}\` is a tool result`, 'It is a message of role tool now');
  return true;
}

function repairBlock(given: unknown, part: TaggedPart, path: string, tell: Tell): Block[] {
  if (given === null || given === undefined) {
    tell('content-form', `\`${path}\` is empty`, 'Taken out');
    return [];
  }
  if (typeof given === 'string') {
    tell('content-form', `\`${path}\` is a text`, 'It is a block of text now');
    return [textBlock(given)];
  }
  const type = isRecord(given) ? blockType(given) : typeof given;
  const translated = isRecord(given) ? translateBlock(given) : undefined;
  if (type === 'redacted_thinking' || (!translated && (type === 'reasoning' || type === 'thinking'))) {
    tell('content-form', `\`${path}\` is encrypted, and only for the model that wrote it`, 'Taken out');
    return [];
  }
  const kept = translated && repairKnown(translated, part, path, tell);
  if (!kept) {
    tell(
      'content-form',
      `\`${path}\` of the type ${JSON.stringify(type)} is not what the API takes here`,
      'It is JSON in a block of text now',
    );
    return [textBlock(foreignText(given))];
  }
  if (translated !== given)
    tell(
      'content-form',
      `\`${path}\` is in the form of another API, with the type ${JSON.stringify(type)}`,
      `It is a block of the type ${JSON.stringify(kept.type)} now`,
    );
  return [kept];
}

function repairKnown(block: Block, part: TaggedPart, path: string, tell: Tell): Block | undefined {
  if (block.type !== 'thinking') return keepTold(block, part, path, tell);
  const { thinking, ...rest } = block;
  // The table says so; `translateBlock` sees to the list.
  const thoughtPart = thinkChunk.fields.thinking as TaggedPart;
  const thoughts = (thinking as unknown[]).flatMap((thought, place) =>
    repairBlock(thought, thoughtPart, `${path}.thinking[${place}]`, tell),
  );
  const others = keepTold(rest, { ...thinkChunk, required: [] }, path, tell);
  return { ...others, thinking: thoughts };
}

function lostFields(before: unknown, after: unknown, path: string): string[] {
  if (before === undefined) return [];
  if (!isRecord(before) || !isRecord(after)) return after === undefined ? [path] : [];
  return Object.entries(before).flatMap(([name, value]) => lostFields(value, after[name], `${path}.${name}`));
}
