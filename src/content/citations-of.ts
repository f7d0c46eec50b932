import type { ReferenceChunk, ToolReferenceChunk } from '../../generated/types.gen.js';
import type { OneOf } from '../internal/one-of.js';
import { blocksOf, thoughtsIn } from './blocks-of.js';

/** A source of a reply: `reference_ids` of documents in the request, or the `title` and `url` of a tool result. */
export type Citation = OneOf<ReferenceChunk, ToolReferenceChunk>;

/**
 * The sources that a reply cites, in order, in anything that {@link textOf} takes: references to the documents of the
 * request, and results of tools.
 */
export function citationsOf(value: unknown): Citation[] {
  return blocksOf(value)
    .flatMap((block) => [block, ...thoughtsIn(block)])
    .filter(({ type }) => type === 'reference' || type === 'tool_reference') as object[] as Citation[];
}
