/**
 * Checks that a change of what the package exports comes with a changeset, since the branch left main.
 *
 * Run: npm run check:changeset
 */
import { readChangesets } from './changesets.js';
import { git } from './git.js';
import { printVerdict, type Verdict } from './verdict.js';

const main = 'origin/main';

export function checkChangeset(tree: string): Verdict {
  const base = git(tree, 'merge-base', 'HEAD', main)?.trim();
  if (base === undefined)
    return fine(`not checked: there is no ${main} here to tell what changed (git fetch origin main)`);
  const reports = changedSince(base, 'api-report', tree);
  if (reports.length === 0) return fine(`api-report/ is as it was on ${main}`);
  const changed = changedSince(base, '.changeset', tree);
  const changesets = readChangesets(tree).filter(({ file }) => changed.includes(file));
  if (changesets.length > 0)
    return fine(`api-report/ changed, and ${changesets.map(({ file }) => file).join(', ')} says so`);
  return {
    isFine: false,
    words: `${reports.join(', ')} changed since ${main}, and no changeset says what that means to users: npm run changeset`,
  };
}

const fine = (words: string): Verdict => ({ isFine: true, words });

/** Committed or not. */
function changedSince(base: string, folder: string, tree: string): string[] {
  const tracked = git(tree, 'diff', '--name-only', base, '--', folder) ?? '';
  const untracked = git(tree, 'ls-files', '--others', '--exclude-standard', '--', folder) ?? '';
  return [...tracked.split('\n'), ...untracked.split('\n')].filter((name) => name !== '');
}

printVerdict(import.meta.url, checkChangeset);
