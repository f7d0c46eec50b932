import type { ReferenceChunk, ToolReferenceChunk } from '../../generated/types.gen.js';
import { blocksOf, thoughtsIn } from './blocks-of.js';

/**
 * The sources that a reply cites, in order, in anything that {@link textOf} takes: references to the documents of the
 * request, and results of tools.
 */
export function citationsOf(value: unknown): (ReferenceChunk | ToolReferenceChunk)[] {
  return blocksOf(value)
    .flatMap((block) => [block, ...thoughtsIn(block)])
    .filter(({ type }) => type === 'reference' || type === 'tool_reference') as object[] as (
    ReferenceChunk | ToolReferenceChunk
  )[];
}
