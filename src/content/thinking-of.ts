import { blocksOf, thoughtsIn } from './blocks-of.js';
import { textOf } from './text-of.js';

/**
 * The thinking of a reasoning model as text, in anything that {@link textOf} takes.
 *
 * @returns the empty string if there is no thinking.
 */
export const thinkingOf = (value: unknown): string => textOf(blocksOf(value).flatMap(thoughtsIn));
