import { isRecord } from '../internal/is-record.js';

/** Add up what two answers report as their usage: every number in it, those of connectors too. */
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

/** How many tokens a usage counts; servers may leave the total out. */
export const tokensOf = (
  usage: { prompt_tokens?: number; completion_tokens?: number; total_tokens?: number } | undefined,
) => usage?.total_tokens ?? (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0);
