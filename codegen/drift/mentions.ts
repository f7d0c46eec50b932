/** A file, and the names of what is gone that it has. */
export interface Leaning {
  readonly file: string;
  readonly names: readonly string[];
}

/** Which files name methods (`fineTuning.jobs.list`) or types, each as a whole word. */
export function mentionsIn(files: ReadonlyMap<string, string>, names: readonly string[]): Leaning[] {
  if (names.length === 0) return [];
  const escaped = names.map((name) => name.replaceAll(/[$.]/g, String.raw`\$&`));
  const pattern = new RegExp(String.raw`(?<![\w$.])(?:mistral\.)?(${escaped.join('|')})(?![\w$])`, 'g');
  return [...files].flatMap(([file, text]) => {
    const found = [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))];
    return found.length === 0 ? [] : [{ file, names: found }];
  });
}
