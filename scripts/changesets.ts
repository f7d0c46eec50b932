import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

/** How far a release raises the version, from least to most. */
export const bumps = ['patch', 'minor', 'major'] as const;
export type Bump = (typeof bumps)[number];

export interface Changeset {
  /** As in `.changeset/brave-otters-sing.md`. */
  readonly file: string;
  readonly bump: Bump;
  /** What is said to users. */
  readonly summary: string;
}

/** The changesets of the tree that wait for a release; one that raises nothing is not among them. */
export function readChangesets(tree: string): Changeset[] {
  const folder = join(tree, '.changeset');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .flatMap((name) => {
      const [, head = '', summary = ''] =
        /^---\r?\n([\s\S]*?)---\r?\n([\s\S]*)$/.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
      const releases = (parse(head) ?? {}) as Record<string, Bump>;
      return Object.values(releases).map((bump) => ({
        file: `.changeset/${name}`,
        bump,
        summary: summary.trim(),
      }));
    });
}
