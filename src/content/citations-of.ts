import type { ReferenceChunk, ToolReferenceChunk } from '../../generated/types.gen.js';
import { blocksOf, thoughtsIn } from './blocks-of.js';

/**
 * The sources that an answer names, in their order, in anything that {@link textOf} takes: references into the
 * documents that were given to the model, and what its tools found.
 */
export function citationsOf(value: unknown): (ReferenceChunk | ToolReferenceChunk)[] {
  return blocksOf(value)
    .flatMap((block) => [block, ...thoughtsIn(block)])
    .filter(({ type }) => type === 'reference' || type === 'tool_reference') as object[] as (
    ReferenceChunk | ToolReferenceChunk
  )[];
}
