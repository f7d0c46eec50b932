import type { ContentChunkParam } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/** A tool result that is sent to the model as content. */
export interface ToolContent {
  readonly chunks: readonly ContentChunkParam[];
}

/** Known to every copy of this package that one process may have loaded. */
const brand = /* @__PURE__ */ Symbol.for('mistral-sdk.ToolContent');

/**
 * Return text, images or documents from a tool as they are, instead of as JSON.
 *
 * Where the API takes tool results as text only, which is in conversations, the model gets the texts, and a note that names
 * what was left out.
 *
 * @param chunks - As in the `content` of a message; at least one.
 * @throws {ArgumentError} if that is not an array of content chunks.
 *
 * @example
 * ```ts
 * import { tool, toolContent } from 'mistral-sdk/tools';
 *
 * const screenshot = tool({
 *   name: 'screenshot',
 *   description: 'What the screen shows, now',
 *   parameters: { type: 'object', properties: {} },
 *   execute: () =>
 *     toolContent([
 *       { type: 'text', text: 'Taken at noon' },
 *       { type: 'image_url', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
 *     ]),
 * });
 * console.log(screenshot.function.name);
 * ```
 */
export function toolContent(chunks: readonly ContentChunkParam[]): ToolContent {
  if (!Array.isArray(chunks) || chunks.length === 0)
    throw new ArgumentError('toolContent() takes an array of content chunks, with at least one');
  for (const [index, chunk] of (chunks as readonly unknown[]).entries())
    if (!isRecord(chunk) || typeof chunk.type !== 'string')
      throw new ArgumentError(
        `toolContent(): chunk ${index} is not a content chunk, such as { type: 'text', text: '…' }`,
      );
  return Object.freeze({ [brand]: true, chunks: [...chunks] });
}

export const isToolContent = (value: unknown): value is ToolContent =>
  isRecord(value) && (value as { [brand]?: unknown })[brand] === true;
