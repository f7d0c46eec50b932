import { cpSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, onTestFinished, test } from 'vitest';

import { checkChangeset } from '../../scripts/check-changeset.js';
import { checkCompatibility } from '../../scripts/check-compatibility.js';
import { commit, createRepository, git, writeFiles } from '../helpers/repository.js';

const changeset = (bump: string, words: string) => ({
  '.changeset/brave-otters-sing.md': `---\n'mistral-sdk': ${bump}\n---\n\n${words}\n`,
});

/** A repository with these files, committed; released as this tag, if there is one. */
function repositoryOf(files: Readonly<Record<string, string>>, tag?: string): string {
  const folder = createRepository();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  commit(folder);
  if (tag !== undefined) git(folder, 'tag', tag);
  return folder;
}

describe('the type tests of the last release', () => {
  const released = {
    'package.json': '{ "name": "mistral-sdk", "version": "0.3.0" }',
    'tsconfig.json':
      '{ "compilerOptions": { "module": "NodeNext", "strict": true, "lib": ["ES5"], "types": [] } }',
    'src/index.ts': 'export declare const timeoutMs: number;\n',
    'test/types/settings.test-d.ts': [
      "import { timeoutMs } from '../../src/index.js';",
      'export const half: number = timeoutMs / 2;',
      '// @ts-expect-error',
      "export const text: number | string[] = timeoutMs as typeof timeoutMs | 'none';",
    ].join('\n'),
  };
  const breaking = { 'src/index.ts': "export declare const timeoutMs: 'none';\n" };

  test('hold nobody before the first one', () => {
    const folder = repositoryOf(released, 'v0.3.0-beta.1');

    expect(checkCompatibility(folder)).toEqual({
      isFine: true,
      words: expect.stringContaining('nothing is released yet') as string,
    });
  });

  test('are missed in a shallow clone, and it says so', () => {
    const origin = repositoryOf(released, 'v0.3.0');
    writeFiles(origin, { 'src/index.ts': '' });
    commit(origin);
    const folder = join(origin, 'clone');
    git(origin, 'clone', '--quiet', '--depth=1', pathToFileURL(origin).href, folder);

    expect(checkCompatibility(folder)).toEqual({
      isFine: true,
      words: expect.stringContaining('not checked') as string,
    });
  });

  test('compile as they were, whatever became of them since; what is taken now and was refused breaks nobody', () => {
    const folder = repositoryOf(released, 'v0.3.0');
    writeFiles(folder, {
      'src/index.ts': 'export declare const timeoutMs: any;\n',
      'test/types/settings.test-d.ts': 'this is no TypeScript',
    });

    expect(checkCompatibility(folder)).toEqual({
      isFine: true,
      words: 'the type tests of v0.3.0 compile against this source',
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('.compatibility'))).toEqual([]);
  });

  test('may break before 1.0.0 with a minor changeset that has the word', () => {
    const folder = repositoryOf(released, 'v0.3.0');
    writeFiles(folder, breaking);
    const failure = 'test/types/settings.test-d.ts:2 ';

    writeFiles(folder, changeset('minor', 'New settings.'));
    const silent = checkCompatibility(folder);
    expect(silent.isFine).toBe(false);
    expect(silent.words).toContain(failure);
    expect(silent.words).toContain('a minor changeset that has the word "breaking" in it');

    writeFiles(folder, changeset('minor', 'Breaking: the time limit is a word.'));
    const open = checkCompatibility(folder);
    expect(open.isFine).toBe(true);
    expect(open.words).toContain('.changeset/brave-otters-sing.md says so');
    expect(open.words).toContain(failure);
  });

  test('may break later with a major one alone', () => {
    const folder = repositoryOf({ ...released, ...changeset('minor', 'Breaking.') }, 'v1.3.0');
    writeFiles(folder, breaking);

    const minor = checkCompatibility(folder);
    expect(minor.isFine).toBe(false);
    expect(minor.words).toContain('a major changeset: npm run changeset');

    writeFiles(folder, changeset('major', 'The time limit is a word.'));
    expect(checkCompatibility(folder).isFine).toBe(true);
  });

  test('may be broken by the release that took the changeset in', () => {
    const folder = repositoryOf(released, 'v0.3.0');
    writeFiles(folder, { ...breaking, 'package.json': '{ "version": "0.4.0" }' });

    expect(checkCompatibility(folder)).toEqual({
      isFine: true,
      words: expect.stringContaining('version 0.4.0 says so') as string,
    });

    writeFiles(folder, { 'package.json': '{ "version": "0.3.1" }' });
    expect(checkCompatibility(folder).isFine).toBe(false);
  });

  test('are those of this package: a parameter that becomes required is found', () => {
    const folder = createRepository();
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of ['src', 'generated', 'test/types', 'tsconfig.json', 'package.json'])
      cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFiles(folder, { '.gitignore': 'node_modules\n' });
    commit(folder);
    git(folder, 'tag', 'v0.1.0');
    const types = readFileSync('generated/types.gen.ts', 'utf8');
    const edited = types.replace(/(export interface ChatCompletionRequest \{)/, '$1\n  brand_new: string;');
    expect(edited).not.toBe(types);
    writeFiles(folder, { 'generated/types.gen.ts': edited });

    const { isFine, words } = checkCompatibility(folder);

    expect(isFine).toBe(false);
    expect(words).toMatch(/test\/types\/\w+\.test-d\.ts:\d+ .*brand_new/s);
  });
});

describe('a change of what the package exports', () => {
  const before = {
    'api-report/mistral-sdk.api.md': 'before\n',
    'src/index.ts': 'before\n',
    '.changeset/README.md': 'Changesets\n',
    '.changeset/older.md': "---\n'mistral-sdk': minor\n---\n\nOlder.\n",
  };

  /** On a branch, with `origin/main` where it began. */
  function branchOf(files: Readonly<Record<string, string>>): string {
    const folder = repositoryOf(files);
    git(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    git(folder, 'switch', '--quiet', '--create', 'change');
    return folder;
  }

  test('cannot be told without main, and it says so', () => {
    expect(checkChangeset(repositoryOf(before))).toEqual({
      isFine: true,
      words: expect.stringContaining('not checked') as string,
    });
  });

  test('is one of the report alone, since the branch began', () => {
    const folder = branchOf(before);
    writeFiles(folder, { 'src/index.ts': 'after\n' });
    commit(folder);
    // Main goes on, and its report with it.
    git(folder, 'switch', '--quiet', '--detach', 'origin/main');
    writeFiles(folder, { 'api-report/mistral-sdk.api.md': 'of somebody else\n' });
    commit(folder);
    git(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    git(folder, 'switch', '--quiet', 'change');

    expect(checkChangeset(folder)).toEqual({
      isFine: true,
      words: 'api-report/ is as it was on origin/main',
    });
  });

  test('needs a changeset of its own, committed or not', () => {
    const folder = branchOf(before);
    writeFiles(folder, { 'api-report/mistral-sdk.api.md': 'after\n', '.changeset/README.md': 'Edited\n' });

    const without = checkChangeset(folder);
    expect(without.isFine).toBe(false);
    expect(without.words).toMatch(
      /api-report\/mistral-sdk\.api\.md changed since origin\/main.*npm run changeset/,
    );

    writeFiles(folder, { '.changeset/empty.md': '---\n---\n\nNothing for users.\n' });
    commit(folder);
    expect(checkChangeset(folder).isFine).toBe(false);

    writeFiles(folder, changeset('patch', 'Clearer.'));
    expect(checkChangeset(folder)).toEqual({
      isFine: true,
      words: 'api-report/ changed, and .changeset/brave-otters-sing.md says so',
    });
    commit(folder);
    expect(checkChangeset(folder).isFine).toBe(true);
  });
});
