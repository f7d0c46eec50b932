import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { compareWithKnown, lineOf, lint } from '../../../../codegen/lint/lint.js';
import { bullets } from '../../../../codegen/run/bullets.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import type { Problem, Ruleset } from '../../../../codegen/worker/problem.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { redocly } from '../../../helpers/redocly.js';

const scratch = mkdtempSync(join(tmpdir(), 'lint-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function write(name: string, content: JsonValue | string): string {
  const file = join(scratch, name);
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

async function messageOf(run: () => unknown): Promise<string> {
  const failure = await failureOf(run);
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

const faultless = {
  openapi: '3.1.0',
  info: { title: 'Lights', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
  servers: [{ url: 'https://lights.dev' }],
  security: [],
  paths: {
    '/lights': {
      get: {
        summary: 'All lights',
        operationId: 'lights',
        responses: { '200': { description: 'Fine.' }, '400': { description: 'Not fine.' } },
      },
    },
  },
};

describe('lint', () => {
  test('finds nothing in a description without faults', async () => {
    expect(await lint(write('faultless.yaml', faultless), 'recommended')).toEqual([]);
  });

  test('names rule, place, message and weight of each problem', async () => {
    const { license: _, ...info } = faultless.info;
    const file = write('unlicensed.yaml', { ...faultless, info });

    const problem = {
      rule: 'info-license',
      pointer: '#/info',
      message: 'Info object should contain `license` field.',
    };

    expect(await lint(file, 'recommended')).toEqual([{ ...problem, severity: 'warn' }]);
    expect(await lint(file, 'recommended-strict')).toEqual([{ ...problem, severity: 'error' }]);
  });

  test('finds more than a hundred problems', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [
        `/lights/${index}`,
        {
          get: {
            summary: 'A light',
            operationId: `light${index}`,
            responses: { '200': { description: 'Fine.' } },
          },
        },
      ]),
    );

    const rules = (await lint(write('many.yaml', { ...faultless, paths }), 'recommended')).map(
      ({ rule }) => rule,
    );

    expect(rules.filter((rule) => rule === 'operation-4xx-response')).toHaveLength(150);
  });

  test('takes no configuration from the folder that it runs in', async () => {
    write('redocly.yaml', { extends: ['minimal'], rules: { 'info-license': 'off' } });
    const { license: _, ...info } = faultless.info;
    const file = write('unlicensed.yaml', { ...faultless, info });
    const folder = process.cwd();

    process.chdir(scratch);
    const problems = await lint(file, 'recommended');
    process.chdir(folder);

    expect(problems).toHaveLength(1);
  });

  test.each([
    ['is missing', () => join(scratch, 'nowhere.yaml')],
    ['is not YAML', () => write('broken.yaml', 'openapi: [3.1.0\n')],
  ])('refuses a file that %s', async (_, fileOf) => {
    const file = fileOf();

    expect(await messageOf(() => lint(file, 'recommended'))).toContain(file);
  });
});

const faulty: JsonObject = {
  openapi: '3.1.0',
  info: { title: 'Lights', version: 1 },
  servers: [{ url: 'https://example.com/' }],
  tags: [{ name: 'lights' }, { name: 'lights' }],
  paths: {
    '/lights/{id}/': {
      get: {
        operationId: 'lights',
        parameters: [
          { name: 'shade', in: 'query', schema: { type: 'string' } },
          { name: 'shade', in: 'query', schema: { type: 'string', enum: ['dim', 'dim', 3] } },
        ],
        responses: { '200': { description: 'Fine.', content: { 'application/json': { schema: 1 } } } },
      },
      put: { operationId: 'lights', security: [{ nobody: [] }], responses: {}, colour: 'red' },
    },
    '/lights/{name}/': { get: { summary: 'A light', responses: { '500': { $ref: '#/nowhere' } } } },
    '/lights?all': {
      post: {
        operationId: 'all lights',
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', required: ['watts'], properties: { lumen: { type: 'integer' } } },
              example: { lumen: 'many' },
            },
          },
        },
        responses: { '2XX': { description: '<script>' } },
      },
    },
  },
  components: {
    schemas: {
      'Not used': { type: 'string', default: 1, minimum: 2, maximum: 1 },
      Both: { type: 'object', items: {}, oneOf: [{ type: 'string' }, { type: 'string' }] },
      Siblings: { $ref: '#/components/schemas/Both', type: 'number', example: 'none' },
    },
  },
};

// The rules come from a package of their own, which is older than the command line; both must know the same ones.
describe("Redocly's command line finds what `lint` finds", () => {
  test.each<[string, () => string, Ruleset]>([
    ['in the vendored description', () => resolve('spec/openapi.yaml'), 'recommended'],
    ['in a description with many faults', () => write('faulty.yaml', faulty), 'recommended-strict'],
  ])('%s', async (_, fileOf, ruleset) => {
    const file = fileOf();
    const { stdout } = await redocly([
      'lint',
      file,
      '--extends',
      ruleset,
      '--format',
      'json',
      '--max-problems',
      '100000',
    ]);
    const { problems } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
      problems: {
        ruleId: string;
        severity: Problem['severity'];
        message: string;
        location: { pointer?: string }[];
      }[];
    };

    const found = problems.map(({ ruleId, severity, message, location }): Problem => ({
      rule: ruleId,
      pointer: location[0]?.pointer ?? '#/',
      message: message.replace(/\s+/g, ' ').trim(),
      severity,
    }));

    expect(found.length).toBeGreaterThan(20);
    const lines = (list: readonly Problem[]) =>
      list.map((each) => `${each.severity} ${lineOf(each)}`).toSorted();
    expect(lines(await lint(file, ruleset))).toEqual(lines(found));
  });
});

describe('compareWithKnown', () => {
  const problem = (pointer: string, rule = 'struct'): Problem => ({
    rule,
    pointer,
    message: 'Is odd.',
    severity: 'warn',
  });
  const known = (content: JsonValue | string) => write('known-problems.yaml', content);

  test('is content when found and known agree, in whatever order', () => {
    const file = known({ struct: ['#/b Is odd.', '#/a Is odd.'], 'info-license': ['#/info Is odd.'] });

    expect(() =>
      compareWithKnown([problem('#/a'), problem('#/info', 'info-license'), problem('#/b')], file),
    ).not.toThrow();
  });

  test('is content when nothing is found and nothing known', () => {
    expect(() => compareWithKnown([], known({}))).not.toThrow();
  });

  test('is content with a rule whose last line was deleted', () => {
    expect(() => compareWithKnown([], known('struct:\n'))).not.toThrow();
  });

  test('refuses a new problem', async () => {
    const file = known({ struct: ['#/a Is odd.'] });

    const message = await messageOf(() => compareWithKnown([problem('#/a'), problem('#/b')], file));

    expect(message).toContain(`1 problems that ${file} does not know:\n  - struct: #/b Is odd.\n`);
    expect(message).toContain('Repair them with an overlay');
    expect(message).not.toContain('#/a');
  });

  test('refuses a problem that is known of another rule', async () => {
    const file = known({ spec: ['#/a Is odd.'] });

    expect(await messageOf(() => compareWithKnown([problem('#/a')], file))).toContain('struct: #/a Is odd.');
  });

  test('refuses a line that no problem matches', async () => {
    const file = known({ struct: ['#/a Is odd.', '#/b Is odd.'] });

    const message = await messageOf(() => compareWithKnown([problem('#/a')], file));

    expect(message).toContain(`${file} lists 1 problems that are gone (good!):\n  - struct: #/b Is odd.\n`);
    expect(message).toContain('Delete these lines');
  });

  test('counts repeats: what is found twice stands twice', async () => {
    const twice = known({ struct: ['#/a Is odd.', '#/a Is odd.'] });
    expect(() => compareWithKnown([problem('#/a'), problem('#/a')], twice)).not.toThrow();
    expect(await messageOf(() => compareWithKnown([problem('#/a')], twice))).toContain('lists 1 problems');

    const once = known({ struct: ['#/a Is odd.'] });
    expect(await messageOf(() => compareWithKnown([problem('#/a'), problem('#/a')], once))).toContain(
      'has 1 problems',
    );
  });

  test('shows twenty lines and counts the rest', async () => {
    const found = Array.from({ length: 25 }, (_, index) => problem(`#/${index}`));

    const message = await messageOf(() => compareWithKnown(found, known({})));

    expect(message).toContain('has 25 problems');
    expect(message).toContain('struct: #/19 Is odd.\n  … and 5 more\n');
    expect(message).not.toContain('#/20');
  });

  test.each([
    ['is missing', () => join(scratch, 'nowhere.yaml'), /Restore/],
    ['is a list', () => known(['struct']), /must map each rule to a list of problems/],
    ['is empty', () => known(''), /must map each rule to a list of problems/],
    [
      'maps a rule to one line',
      () => known({ struct: '#/a Is odd.' }),
      /a list of problems; `struct` holds a string/,
    ],
  ])('refuses a list that %s', async (_, fileOf, reason) => {
    const file = fileOf();

    const message = await messageOf(() => compareWithKnown([], file));

    expect(message).toContain(file);
    expect(message).toMatch(reason);
  });
});

test('a problem is one line of its rule, place and message', () => {
  expect(lineOf({ rule: 'struct', pointer: '#/a', message: 'Is odd.', severity: 'error' })).toBe(
    'struct: #/a Is odd.',
  );
});

test('bullets end with a count of what they leave out', () => {
  expect(bullets(['a', 'b'])).toBe('  - a\n  - b');
  expect(bullets(['a', 'b', 'c'], 2)).toBe('  - a\n  - b\n  … and 1 more');
  expect(bullets(['a', 'b'], 2)).toBe('  - a\n  - b');
});
