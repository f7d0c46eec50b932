/** Measures what the package weighs with the operations of this version, and with those of other descriptions. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { installPeers } from './contender-modules.js';
import type { Scale } from './scale-child.js';

/** What a build, and what measures it, need of the project, in addition to `generated/`. */
const folders = ['bench', 'docs', 'scripts', 'src'];
const files = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'tsconfig.json',
  'tsconfig.build.json',
];

/**
 * @param specs - Descriptions, each built in a copy of the project.
 * @param saves - Whether to draw the chart of the documentation, too.
 */
export async function benchScale(specs: readonly string[], saves: boolean): Promise<void> {
  const measured = [undefined, ...specs].map(measure).toSorted((a, b) => a.operations - b.operations);
  const rows = Object.keys(measured[0]!.bytes).map((name) => [
    name,
    Object.fromEntries(measured.map(({ operations, bytes }) => [`${operations} operations`, bytes[name]])),
  ]);
  console.table(Object.fromEntries(rows));
  const [least, most] = [measured[0]!, measured.at(-1)!];
  if (least === most) return;
  const more = most.operations - least.operations;
  for (const [name, bytes] of Object.entries(most.bytes))
    console.log(`${name}: ${Math.round((bytes - least.bytes[name]!) / more)} bytes for each operation more`);
  if (!saves) return;
  installPeers();
  const { drawScale } = await import('./peers/draw.mjs');
  const points = measured.flatMap(({ operations, bytes }) =>
    Object.entries(bytes).map(([what, size]) => ({ operations, what, times: size / least.bytes[what]! })),
  );
  writeFileSync('docs/performance/scale.svg', await drawScale(points));
}

function measure(spec: string | undefined): Scale {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-scale-'));
  const run = (cwd: string, ...args: string[]): string =>
    execFileSync('node', ['--import', 'tsx', ...args], { cwd, encoding: 'utf8' });
  try {
    for (const part of [...folders, ...files]) cpSync(part, join(folder, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const generated = join(folder, 'generated');
    if (spec === undefined) cpSync('generated', generated, { recursive: true });
    else run('.', 'codegen/main.ts', '--spec', spec, '--out', generated);
    run(folder, 'scripts/build.ts');
    return JSON.parse(run(folder, 'bench/scale-child.ts')) as Scale;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
