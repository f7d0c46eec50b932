import { isRecord } from '../internal/is-record.js';

/** Add up the usage of two responses: every number in it, including those of connectors. */
export function sumUsage<Usage extends object>(
  so: Usage | undefined,
  more: Usage | null | undefined,
): Usage | undefined {
  if (!isRecord(more)) return so;
  const sum: Record<string, unknown> = { ...so };
  for (const [name, value] of Object.entries(more)) {
    const before = sum[name];
    if (typeof value === 'number') sum[name] = typeof before === 'number' ? before + value : value;
    else if (isRecord(value)) sum[name] = sumUsage(isRecord(before) ? before : undefined, value);
    else sum[name] ??= value;
  }
  // Sums of the fields that both have.
  return sum as Usage;
}

/** How many tokens the usage of one reply counts; servers may leave the total out. */
export function tokensOf(usage: unknown): number {
  if (!isRecord(usage)) return 0;
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  return countOf(total) ?? (countOf(prompt) ?? 0) + (countOf(completion) ?? 0);
}

const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
