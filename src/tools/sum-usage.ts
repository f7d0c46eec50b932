import { isRecord } from '../internal/is-record.js';

/** Add up the usage of two responses: all numbers in it, including those of connectors. */
export function sumUsage<Usage extends object>(
  total: Usage | undefined,
  added: Usage | null | undefined,
): Usage | undefined {
  if (!isRecord(added)) return total;
  const sum: Record<string, unknown> = { ...total };
  for (const [name, value] of Object.entries(added)) {
    const before = sum[name];
    if (typeof value === 'number') sum[name] = typeof before === 'number' ? before + value : value;
    else if (isRecord(value)) sum[name] = sumUsage(isRecord(before) ? before : undefined, value);
    else sum[name] ??= value;
  }
  // It has the fields of both.
  return sum as Usage;
}

/** The number of tokens in the usage of one reply; some servers omit the total. */
export function tokensOf(usage: unknown): number {
  if (!isRecord(usage)) return 0;
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  return countOf(total) ?? (countOf(prompt) ?? 0) + (countOf(completion) ?? 0);
}

const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
