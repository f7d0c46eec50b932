import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { JsonObject } from '../../codegen/description/json.js';
import { lint } from '../../codegen/lint/lint.js';
import { applyOverlay } from '../../codegen/overlay/apply.js';
import { readOverlays, type Overlay } from '../../codegen/overlay/overlay.js';
import { select } from '../../codegen/overlay/select.js';
import { supersededActions, withoutActions } from '../../codegen/overlay/settle.js';
import { readYaml } from '../../codegen/files/read-yaml.js';
import { repairNames, repairSpelling } from '../../codegen/repair/repair-document.js';
import { applicableOverlays } from '../helpers/applicable-overlays.js';
import { redocly } from '../helpers/redocly.js';

const effectiveFile = 'generated/openapi.yaml';
const overlays = readOverlays('overlays');
const effective = overlays.filter(({ generatorsOnly }) => !generatorsOnly);
const forGenerators = overlays.filter(({ generatorsOnly }) => generatorsOnly);

const scratch = mkdtempSync(join(tmpdir(), 'overlays-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Upstream's description, spelled as overlays find it. */
const spec = join(scratch, 'spelled.yaml');
const spelled = readYaml('spec/openapi.yaml') as JsonObject;
repairSpelling(spelled);
writeFileSync(spec, JSON.stringify(spelled));

function applied(base: string, list: readonly Overlay[]): JsonObject {
  const document = readYaml(base) as JsonObject;
  for (const overlay of withoutActions(list, supersededActions(document, list)))
    applyOverlay(document, overlay);
  return document;
}

/** What Redocly, which we did not write, makes of the same files. */
async function bundled(base: string, list: readonly Overlay[]): Promise<JsonObject> {
  const file = join(scratch, 'bundled.yaml');
  rmSync(file, { force: true });
  await redocly([
    'bundle',
    base,
    ...applicableOverlays(readYaml(base), list, scratch).flatMap((overlay) => ['--overlay', overlay]),
    '--output',
    file,
  ]);
  return readYaml(file) as JsonObject;
}

/** With the schemas called as the overlays say, which is more than an overlay can do. */
function withTypeNames(document: JsonObject): JsonObject {
  repairNames(document);
  return document;
}

describe('all overlays together', () => {
  test('make what Redocly makes of them, and so the effective description', async () => {
    const ours = applied(spec, effective);

    expect(ours).toEqual(await bundled(spec, effective));
    expect(withTypeNames(ours)).toEqual(readYaml(effectiveFile));
  });

  test('make what Redocly makes of them for the generators', async () => {
    expect(applied(effectiveFile, forGenerators)).toEqual(await bundled(effectiveFile, forGenerators));
  });

  test('change what they are applied to', () => {
    expect(applied(spec, effective)).not.toEqual(readYaml(spec));
    expect(applied(effectiveFile, forGenerators)).not.toEqual(readYaml(effectiveFile));
  });
});

describe('the files', () => {
  const names = overlays.map(({ file }) => basename(file));

  test('are numbered, two digits each, and applied in that order', () => {
    const numbers = names.map((name) => /^(\d\d)-[a-z]+\.overlay\.yaml$/.exec(name)?.[1]);

    expect(numbers).not.toContain(undefined);
    // What the API has had since is one file for each resource.
    const once = numbers.filter((number, index) => number !== '15' || numbers[index - 1] !== '15');
    expect(once).toEqual([...new Set(once)].toSorted());
  });

  test('have a title each that tells their reason', () => {
    const titles = overlays.map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^[A-Z]\w*( [\w`,]+){2,}$/);
  });

  test('end with those for the generators', () => {
    const last = names.filter((_, index) => overlays[index]!.generatorsOnly);

    expect(last).not.toEqual([]);
    expect(names.slice(-last.length)).toEqual(last);
  });
});

describe.each(overlays.map((overlay) => ({ ...overlay, name: basename(overlay.file) })))(
  '$name',
  ({ file, actions }) => {
    test('is a valid overlay to Redocly', async () => {
      // Redocly looks for the schemas that an action refers to in the overlay itself.
      const problems = (await lint(readYaml(file) as JsonObject, 'recommended-strict', file)).filter(
        ({ rule }) => rule !== 'no-unresolved-refs',
      );

      expect(problems).toEqual([]);
    });

    test('says of each action when it can go, there or where its series begins', () => {
      expect(actions.length).toBeGreaterThan(0);
      expect(undated(actions.map(({ description }) => description))).toEqual([]);
    });

    test('counts the steps of each series without a gap, up to the last', () => {
      expect(outOfStep(actions.map(({ description }) => description))).toEqual([]);
    });
  },
);

test('Redocly does object to what is no overlay', async () => {
  const file = join(scratch, 'odd.overlay.yaml');
  writeFileSync(
    file,
    'overlay: 1.1.0\ninfo:\n  title: Odd\n  version: 1.0.0\nactions:\n  - target: $.info\n    updates: {}\n',
  );

  expect(
    (await lint(readYaml(file) as JsonObject, 'recommended-strict', file)).map(({ rule }) => rule),
  ).toContain('struct');
});

test('Redocly does not read three conditions as RFC 9535 has them, so that ours are in pairs', async () => {
  const before = join(scratch, 'lights.yaml');
  const odd = join(scratch, 'lights.overlay.yaml');
  const after = join(scratch, 'lit.yaml');
  const info = 'info: { title: Lights, version: 1.0.0 }';
  const target = '$["x-light"][?@.a && @.b && @.c]';
  writeFileSync(before, `openapi: 3.1.0\n${info}\npaths: {}\nx-light: { lamp: { a: 1, c: 1 } }\n`);
  writeFileSync(odd, `overlay: 1.1.0\n${info}\nactions:\n  - { target: '${target}', remove: true }\n`);

  await redocly(['bundle', before, '--overlay', odd, '--output', after]);

  expect((readYaml(after) as JsonObject)['x-light']).toEqual({});
  expect(select(readYaml(before), target)).toEqual([]);
});

describe('the rules for descriptions', () => {
  test('want an end for every action, or a series whose beginning has one', () => {
    expect(
      undated(['Odd. Goes when it is mended.', 'The same for others.', 'Step 2 of 2: and others.']),
    ).toEqual([]);
    expect(undated(['Odd; goes with the rule above.'])).toEqual([]);
    expect(undated(['Odd.'])).toEqual(['Odd.']);
    expect(undated(['Odd. Goes.'])).toEqual(['Odd. Goes.']);
    expect(undated(['Step 1 of 2: odd.', 'Step 2 of 2: odd.'])).toHaveLength(2);
    expect(undated(['Odd.', 'The same for others.'])).toHaveLength(2);
  });

  test('want steps in order and complete', () => {
    expect(
      outOfStep(['Step 1 of 2: a', 'Step 1 of 2: b', 'Step 2 of 2: c', 'Other.', 'Step 1 of 1: d']),
    ).toEqual([]);
    expect(outOfStep(['Step 2 of 2: a'])).toEqual(['Step 2 of 2: a']);
    expect(outOfStep(['Step 1 of 2: a', 'Other.'])).toEqual(['Other.']);
    expect(outOfStep(['Step 1 of 2: a'])).toEqual(['the end']);
    expect(outOfStep(['Step 1 of 3: a', 'Step 3 of 3: b'])).toEqual(['Step 3 of 3: b']);
    expect(outOfStep(['Step 1 of 2: a', 'Step 2 of 3: b'])).toContain('Step 2 of 3: b');
  });
});

/** The descriptions that do not say when their action can go, and follow none that does. */
function undated(descriptions: readonly string[]): string[] {
  const isDated = (text: string): boolean => /\b[Gg]oes (when|with|once|if) \w/.test(text);
  return descriptions.filter((text, index) => {
    const continues = /^(Step \d+ of \d+: |The same )/.test(text);
    return !isDated(text) && !(continues && descriptions.slice(0, index).some(isDated));
  });
}

/** The descriptions that break a series of steps off, enter one in the middle, or leave one out. */
function outOfStep(descriptions: readonly string[]): string[] {
  const steps = ['Step 0 of 0: ', ...descriptions, 'the end'].map((text) => {
    const [, step, last] = /^Step (\d+) of (\d+): /.exec(text) ?? [];
    return { text, step: Number(step ?? 0), last: Number(last ?? 0) };
  });
  return steps.slice(1).flatMap(({ text, step, last }, index) => {
    const before = steps[index]!;
    const begins = before.step === before.last && step <= 1;
    const goesOn = before.last === last && (step === before.step || step === before.step + 1);
    return begins || goesOn ? [] : [text];
  });
}
