/**
 * The known name that a misspelt one was meant to be: the same letters (`maxTokens` and `max-tokens` for `max_tokens`), or one
 * edit away (`max_token`); `undefined` if none is similar.
 */
export const nearestName = (given: string, known: readonly string[]): string | undefined =>
  known.find((name) => lettersOf(name) === lettersOf(given)) ??
  known.find((name) => isOneEditAway(name, given));

const lettersOf = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

/** Short names that differ by one letter may both be right, as `top_k` and `top_p`. */
const leastForOther = 8;
const leastForEdit = 4;

/** One insertion, deletion or substitution, or two swapped letters. */
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
