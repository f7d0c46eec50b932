/**
 * The name that another was meant to be, by its letters alone (`maxTokens` and `max-tokens` are `max_tokens`), or as one edit
 * makes it (`max_token`); `undefined` for one that is like none.
 */
export const nearestName = (given: string, known: readonly string[]): string | undefined =>
  known.find((name) => lettersOf(name) === lettersOf(given)) ??
  known.find((name) => isOneEditAway(name, given));

const lettersOf = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

/** Another letter alone makes another name of a short one, as `top_k` is of `top_p`. */
const leastForOther = 8;
const leastForEdit = 4;

/** One letter more, less or other, or two that changed places. */
function isOneEditAway(name: string, given: string): boolean {
  if (name.length < leastForEdit) return false;
  let start = 0;
  while (start < name.length && name[start] === given[start]) start += 1;
  const longest = Math.min(name.length, given.length) - start;
  let end = 0;
  while (end < longest && name.at(-1 - end) === given.at(-1 - end)) end += 1;
  const [wanted, found] = [name, given].map((word) => word.slice(start, word.length - end)) as [
    string,
    string,
  ];
  if (wanted.length + found.length === 1) return true;
  if (wanted.length === 1 && found.length === 1) return name.length >= leastForOther;
  return wanted.length === 2 && found === wanted[1]! + wanted[0]!;
}
