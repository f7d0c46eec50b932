import { blocksOf, thoughtsIn } from './blocks-of.js';
import { textOf } from './text-of.js';

/**
 * What a model that reasons thought, as text, in anything that {@link textOf} takes.
 *
 * @returns the empty string where there is no thinking.
 */
export const thinkingOf = (value: unknown): string => textOf(blocksOf(value).flatMap(thoughtsIn));
