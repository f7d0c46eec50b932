/**
 * Checks that the type tests of the last release compile against the source of today, or that a changeset
 * says that the change breaks.
 *
 * Run: npm run check:compatibility
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import ts from 'typescript';

import { bumps, readChangesets, type Bump } from './changesets.js';
import { git } from './git.js';
import { printVerdict, type Verdict } from './verdict.js';

const typeTests = 'test/types';
const unusedExpectError = 2578;

export function checkCompatibility(tree: string): Verdict {
  const tag = git(tree, 'describe', '--tags', '--abbrev=0', '--match=v[0-9]*', '--exclude=*-*')?.trim();
  if (tag === undefined)
    return {
      isFine: true,
      words:
        git(tree, 'rev-parse', '--is-shallow-repository')?.trim() === 'true'
          ? 'not checked: this clone is shallow, and no release is in it (git fetch --unshallow --tags)'
          : 'nothing is released yet (no tag v*), so there is nothing to be compatible with',
    };
  const failures = failuresOf(tag, tree);
  if (failures.length === 0)
    return { isFine: true, words: `the type tests of ${tag} compile against this source` };
  const list = failures.map((failure) => `  ${failure}`).join('\n');
  const needed: Bump = tag.startsWith('v0.') ? 'minor' : 'major';
  const announcement = announcementOf(tag, needed, tree);
  if (announcement !== undefined)
    return {
      isFine: true,
      words: `this breaks what compiled with ${tag}, and ${announcement} says so:\n${list}`,
    };
  return {
    isFine: false,
    words:
      `What compiled with ${tag} does not any more:\n${list}\nKeep it working, or say that it breaks with a ${needed} ` +
      `changeset${needed === 'minor' ? ' that has the word "breaking" in it' : ''}: npm run changeset`,
  };
}

/** Before 1.0.0, a minor release may break or not; so the word has to stand there. */
function announcementOf(tag: string, needed: Bump, tree: string): string | undefined {
  const changeset = readChangesets(tree).find(
    ({ bump, summary }) =>
      bumps.indexOf(bump) >= bumps.indexOf(needed) && (needed === 'major' || /\bbreaking\b/i.test(summary)),
  );
  if (changeset) return changeset.file;
  // A release has taken its changesets into the version.
  const { version } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as { version: string };
  const [before, now] = [tag.slice(1), version].map((text) => text.split('.').map(Number)) as [
    number[],
    number[],
  ];
  const isRaised =
    now[0]! > before[0]! || (needed === 'minor' && now[0] === before[0] && now[1]! > before[1]!);
  return isRaised ? `version ${version}` : undefined;
}

function failuresOf(tag: string, tree: string): string[] {
  // As deep in the tree as test/types: what the tests import is found from there.
  const folder = mkdtempSync(join(tree, '.compatibility-'));
  try {
    const files = extract(tag, tree, folder);
    const { config } = ts.readConfigFile(join(tree, 'tsconfig.json'), (file) => ts.sys.readFile(file));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, tree);
    const program = ts.createProgram(files, { ...options, noEmit: true });
    return (
      files
        .map((file) => program.getSourceFile(file)!)
        .flatMap((file) => [
          ...program.getSyntacticDiagnostics(file),
          ...program.getSemanticDiagnostics(file),
        ])
        // What used to be refused and is taken now breaks nobody.
        .filter(({ code }) => code !== unusedExpectError)
        .map((diagnostic) => describe(diagnostic, folder))
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lays the tag's type tests into the folder, as `types/…`. */
function extract(tag: string, tree: string, folder: string): string[] {
  const paths = git(tree, 'ls-tree', '-r', '--name-only', '-z', tag, '--', typeTests)?.split('\0') ?? [];
  return paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const target = join(folder, relative('test', path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, git(tree, 'show', `${tag}:${path}`) ?? '');
      return target;
    });
}

function describe({ file, start, messageText }: ts.Diagnostic, folder: string): string {
  const { line } = file!.getLineAndCharacterOfPosition(start ?? 0);
  const place = `test/${relative(folder, file!.fileName).replaceAll('\\', '/')}:${line + 1}`;
  return `${place} ${ts.flattenDiagnosticMessageText(messageText, '\n    ')}`;
}

printVerdict(import.meta.url, checkCompatibility);
