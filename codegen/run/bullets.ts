/** Lines as a list, so many at most. */
export const bullets = (lines: readonly string[], most = 20): string =>
  [
    ...lines.slice(0, most).map((line) => `  - ${line}`),
    ...(lines.length > most ? [`  … and ${lines.length - most} more`] : []),
  ].join('\n');
