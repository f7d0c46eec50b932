import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { lint } from '../../../../codegen/lint/lint.js';
import { readYaml } from '../../../../codegen/files/read-yaml.js';
import { lineOf } from '../../../../codegen/lint/known-problems.js';
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
    expect(await lint(faultless, 'recommended', 'lights')).toEqual([]);
  });

  test('sees what has changed in a description since it was linted, and each set of rules anew', async () => {
    const document = structuredClone<JsonObject>(faultless);
    const before = await lint(document, 'recommended', 'lights');
    delete (document.info as JsonObject).license;
    const changed = await lint(document, 'recommended', 'lights');
    const strict = await lint(document, 'recommended-strict', 'lights');

    const severities = [before, changed, strict].map((problems) => problems.map(({ severity }) => severity));
    expect(severities).toEqual([[], ['warn'], ['error']]);
  });

  test('names rule, place, message and weight of each problem', async () => {
    const { license: _, ...info } = faultless.info;
    const unlicensed = { ...faultless, info };

    const problem = {
      rule: 'info-license',
      pointer: '#/info',
      message: 'Info object should contain `license` field.',
    };

    expect(await lint(unlicensed, 'recommended', 'lights')).toEqual([{ ...problem, severity: 'warn' }]);
    expect(await lint(unlicensed, 'recommended-strict', 'lights')).toEqual([
      { ...problem, severity: 'error' },
    ]);
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

    const rules = (await lint({ ...faultless, paths }, 'recommended', 'lights')).map(({ rule }) => rule);

    expect(rules.filter((rule) => rule === 'operation-4xx-response')).toHaveLength(150);
  });

  test('takes no configuration from the folder that it runs in', async () => {
    write('redocly.yaml', { extends: ['minimal'], rules: { 'info-license': 'off' } });
    const { license: _, ...info } = faultless.info;
    const unlicensed = { ...faultless, info };
    const folder = process.cwd();

    process.chdir(scratch);
    const problems = await lint(unlicensed, 'recommended', 'lights');
    process.chdir(folder);

    expect(problems).toHaveLength(1);
  });

  test('refuses a document that is of no specification, by its name', async () => {
    expect(await messageOf(() => lint({ lights: [] }, 'recommended', 'lights.yaml'))).toContain(
      'lights.yaml: Redocly could not lint it:',
    );
  });

  test('looks at the document as it is when it is called', async () => {
    const document = structuredClone(faultless) as JsonObject;

    const linting = lint(document, 'recommended', 'lights');
    delete document.info;

    expect(await linting).toEqual([]);
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
    expect(lines(await lint(readYaml(file) as JsonObject, ruleset, file))).toEqual(lines(found));
  });
});

test('bullets end with a count of what they leave out', () => {
  expect(bullets(['a', 'b'])).toBe('  - a\n  - b');
  expect(bullets(['a', 'b', 'c'], 2)).toBe('  - a\n  - b\n  … and 1 more');
  expect(bullets(['a', 'b'], 2)).toBe('  - a\n  - b');
});
