import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { JsonValue } from '../../../../codegen/description/json.js';
import {
  compareWithKnown,
  lineOf,
  ofUpstream,
  unavoidable,
  writeKnown,
} from '../../../../codegen/lint/known-problems.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import type { Problem } from '../../../../codegen/worker/problem.js';
import { failureOf } from '../../../helpers/failure-of.js';

const scratch = mkdtempSync(join(tmpdir(), 'known-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const file = join(scratch, 'known-problems.yaml');

async function messageOf(run: () => unknown): Promise<string> {
  const failure = await failureOf(run);
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

/** Compare with a list that is written first; without one if there is none. */
function compare(problems: readonly Problem[], content?: JsonValue): void {
  rmSync(file, { force: true });
  if (content !== undefined) writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  compareWithKnown(problems, scratch, ofUpstream);
}

describe('compareWithKnown', () => {
  const problem = (pointer: string, rule = 'struct'): Problem => ({
    rule,
    pointer,
    message: 'Is odd.',
    severity: 'warn',
  });

  test('is content when found and known agree, in whatever order', () => {
    const content = { struct: ['#/b Is odd.', '#/a Is odd.'], 'info-license': ['#/info Is odd.'] };

    expect(() =>
      compare([problem('#/a'), problem('#/info', 'info-license'), problem('#/b')], content),
    ).not.toThrow();
  });

  test('is content when nothing is found and nothing known', () => {
    expect(() => compare([], {})).not.toThrow();
  });

  test('is content with a rule whose last line was deleted', () => {
    expect(() => compare([], 'struct:\n')).not.toThrow();
  });

  test('refuses a new problem', async () => {
    const content = { struct: ['#/a Is odd.'] };

    const message = await messageOf(() => compare([problem('#/a'), problem('#/b')], content));

    expect(message).toContain(`1 problems that ${file} does not know:\n  - struct: #/b Is odd.\n`);
    expect(message).toContain('Repair them with an overlay');
    expect(message).not.toContain('#/a');
  });

  test('refuses a problem that is known of another rule', async () => {
    const content = { spec: ['#/a Is odd.'] };

    expect(await messageOf(() => compare([problem('#/a')], content))).toContain('struct: #/a Is odd.');
  });

  test('refuses a line that no problem matches', async () => {
    const content = { struct: ['#/a Is odd.', '#/b Is odd.'] };

    const message = await messageOf(() => compare([problem('#/a')], content));

    expect(message).toContain(`${file} lists 1 problems that are gone (good!):\n  - struct: #/b Is odd.\n`);
    expect(message).toContain('Delete these lines');
  });

  test('counts repeats: what is found twice stands twice', async () => {
    const twice = { struct: ['#/a Is odd.', '#/a Is odd.'] };
    expect(() => compare([problem('#/a'), problem('#/a')], twice)).not.toThrow();
    expect(await messageOf(() => compare([problem('#/a')], twice))).toContain('lists 1 problems');

    const once = { struct: ['#/a Is odd.'] };
    expect(await messageOf(() => compare([problem('#/a'), problem('#/a')], once))).toContain(
      'has 1 problems',
    );
  });

  test('shows twenty lines and counts the rest', async () => {
    const found = Array.from({ length: 25 }, (_, index) => problem(`#/${index}`));

    const message = await messageOf(() => compare(found, {}));

    expect(message).toContain('has 25 problems');
    expect(message).toContain('struct: #/19 Is odd.\n  … and 5 more\n');
    expect(message).not.toContain('#/20');
  });

  test('takes an optional list that is not there for one that is empty, and refuses to be without another', async () => {
    const missing = () => compareWithKnown([], scratch, unavoidable);

    expect(missing).not.toThrow();
    expect(await messageOf(() => compareWithKnown([problem('#/a')], scratch, unavoidable))).toContain(
      `1 problems that ${join(scratch, unavoidable.name)} does not know`,
    );
    expect(await messageOf(() => compare([]))).toContain(`${file}: cannot be read`);
  });

  test('knows a list without problems that was written', () => {
    writeKnown([], scratch, ofUpstream);

    expect(() => compareWithKnown([], scratch, ofUpstream)).not.toThrow();
  });

  test.each<[string, JsonValue, RegExp]>([
    ['is a list', ['struct'], /must map each rule to a list of problems/],
    ['is empty', '', /must map each rule to a list of problems/],
    ['maps a rule to one line', { struct: '#/a Is odd.' }, /a list of problems; `struct` holds a string/],
  ])('refuses a list that %s', async (_, content, reason) => {
    const message = await messageOf(() => compare([], content));

    expect(message).toContain(file);
    expect(message).toMatch(reason);
  });

  test('knows what was written, and a list without problems goes', () => {
    const found = [problem('#/b: "c"'), problem('#/a', 'info-license'), problem('#/b: "c"')];

    writeKnown(found, scratch, unavoidable);

    expect(() => compareWithKnown(found, scratch, unavoidable)).not.toThrow();
    expect(readFileSync(join(scratch, unavoidable.name), 'utf8')).toMatch(/^# .*no overlay can repair/s);

    writeKnown([], scratch, unavoidable);

    expect(existsSync(join(scratch, unavoidable.name))).toBe(false);
  });
});

test('a problem is one line of its rule, place and message', () => {
  expect(lineOf({ rule: 'struct', pointer: '#/a', message: 'Is odd.', severity: 'error' })).toBe(
    'struct: #/a Is odd.',
  );
});
