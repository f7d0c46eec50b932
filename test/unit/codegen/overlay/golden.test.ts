import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, test } from 'vitest';

import { isObject, type JsonValue } from '../../../../codegen/description/json.js';
import { applyOverlay } from '../../../../codegen/overlay/apply.js';
import { readOverlay } from '../../../../codegen/overlay/overlay.js';
import { supersededActions, withoutActions } from '../../../../codegen/overlay/settle.js';
import { readYaml } from '../../../../codegen/files/read-yaml.js';
import { applicableOverlays } from '../../../helpers/applicable-overlays.js';
import { redocly } from '../../../helpers/redocly.js';

const cases = fileURLToPath(new URL('cases', import.meta.url));
const output = mkdtempSync(join(tmpdir(), 'golden-'));

afterAll(() => rmSync(output, { recursive: true, force: true }));

/** What Redocly, which we did not write, makes of the same files. */
async function bundle(folder: string, name: string): Promise<JsonValue> {
  const file = join(output, `${name}.yaml`);
  const before = join(folder, 'before.yaml');
  const overlays = [readOverlay(join(folder, 'overlay.yaml'))];
  const applicable = applicableOverlays(readYaml(before), overlays, join(output, name));
  const { stderr } = await redocly([
    'bundle',
    before,
    ...applicable.flatMap((overlay) => ['--overlay', overlay]),
    '--output',
    file,
  ]);
  if (!existsSync(file)) throw new Error(`Redocly wrote nothing:\n${stderr}`);
  return withoutEmptyComponents(readYaml(file));
}

/** Redocly adds `components: {}` to a description that has none. */
function withoutEmptyComponents(document: JsonValue): JsonValue {
  if (!isObject(document) || !isObject(document.components)) return document;
  const { components, ...rest } = document;
  return Object.keys(components).length === 0 ? rest : document;
}

describe.each(readdirSync(cases))('%s', (name) => {
  const folder = join(cases, name);
  const after = readYaml(join(folder, 'after.yaml'));

  test('our applier turns before into after', () => {
    const document = readYaml(join(folder, 'before.yaml'));

    const written = [readOverlay(join(folder, 'overlay.yaml'))];
    const overlays = withoutActions(written, supersededActions(document, written));
    for (const overlay of overlays) applyOverlay(document, overlay);

    expect(document).toEqual(after);
  });

  test('so does Redocly', async () => {
    expect(await bundle(folder, name)).toEqual(after);
  });
});
