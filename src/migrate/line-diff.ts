/**
 * The lines that differ, as `diff -u` shows them without context. The edits of a migration seldom move lines, so the
 * nearest equal line is where both continue.
 */
export function lineDiff(before: string, after: string): string {
  const old = before.split(/\r?\n/);
  const fresh = after.split(/\r?\n/);
  const hunks: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      i++;
      j++;
      continue;
    }
    const [removed, added] = untilEqual(old, fresh, i, j);
    hunks.push(
      `@@ -${i + 1},${removed} +${j + 1},${added} @@`,
      ...old.slice(i, i + removed).map((line) => `-${line}`),
      ...fresh.slice(j, j + added).map((line) => `+${line}`),
    );
    i += removed;
    j += added;
  }
  return hunks.join('\n');
}

/** How many lines of each are skipped, the fewest together, before both have an equal one. */
function untilEqual(
  old: readonly string[],
  fresh: readonly string[],
  i: number,
  j: number,
): [removed: number, added: number] {
  const [left, right] = [old.length - i, fresh.length - j];
  for (let skipped = 1; skipped < left + right; skipped++)
    for (let removed = Math.max(0, skipped - right); removed <= Math.min(skipped, left); removed++)
      if (i + removed < old.length && old[i + removed] === fresh[j + skipped - removed])
        return [removed, skipped - removed];
  return [left, right];
}
