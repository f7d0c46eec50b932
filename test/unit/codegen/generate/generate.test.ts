import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { generate } from '../../../../codegen/generate/generate.js';
import type { Overlay } from '../../../../codegen/overlay/overlay.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { documentOf } from '../../../helpers/small-document.js';

const scratch = mkdtempSync(join(tmpdir(), 'generate-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('a failure is told when nobody writes any more, so that the folder can be removed', async () => {
  const overlay: Overlay = {
    file: 'overlays/90-generators.overlay.yaml',
    title: 'For the generators',
    generatorsOnly: true,
    actions: [
      {
        target: '$.nowhere',
        description: 'Matches nothing.',
        change: { kind: 'remove' },
        expect: undefined,
        optional: false,
        until: undefined,
      },
    ],
  };

  const failure = await failureOf(() => generate(documentOf('{}'), [], [overlay], scratch, () => undefined));

  expect(failure).toMatchObject({ message: expect.stringContaining('$.nowhere') as string });
  expect(existsSync(join(scratch, 'openapi.yaml'))).toBe(true);
});
