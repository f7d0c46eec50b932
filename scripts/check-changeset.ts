/**
 * Checks that a change of what the package exports comes with a changeset, since the branch left main.
 *
 * Run: npm run check:changeset
 */
import { readChangesets } from './changesets.js';
import { git } from './git.js';

const main = 'origin/main';

function check(): void {
  const base = git('merge-base', 'HEAD', main)?.trim();
  if (base === undefined) {
    console.log(`not checked: there is no ${main} here to tell what changed (git fetch origin main)`);
    return;
  }
  const reports = changedSince(base, 'api-report');
  if (reports.length === 0) {
    console.log(`api-report/ is as it was on ${main}`);
    return;
  }
  const changed = changedSince(base, '.changeset');
  const changesets = readChangesets().filter(({ file }) => changed.includes(file));
  if (changesets.length === 0) {
    console.error(
      `${reports.join(', ')} changed since ${main}, and no changeset says what that means to users: npm run changeset`,
    );
    process.exitCode = 1;
    return;
  }
  console.log(`api-report/ changed, and ${changesets.map(({ file }) => file).join(', ')} says so`);
}

/** Committed or not. */
function changedSince(base: string, folder: string): string[] {
  const tracked = git('diff', '--name-only', base, '--', folder) ?? '';
  const untracked = git('ls-files', '--others', '--exclude-standard', '--', folder) ?? '';
  return [...tracked.split('\n'), ...untracked.split('\n')].filter((name) => name !== '');
}

check();
