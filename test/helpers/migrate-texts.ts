import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import ts from 'typescript';

import { createProgram } from '../../src/migrate/create-program.js';
import { migrateProgram, type MigratedFile } from '../../src/migrate/migrate-program.js';
import { officialTypes, type OfficialTypes } from '../../src/migrate/official-types.js';

const folder = resolve('test-results/migrate');

/** Made once: the declarations do not change. */
const official: OfficialTypes = officialTypes(
  ts,
  (file) => readFileSync(join('dist/types', file), 'utf8'),
  `${folder}/official`,
);

/** Migrates texts that are in no files, all as one program; by the names that they are given by. */
export function migrateTexts(texts: Readonly<Record<string, string>>): Record<string, MigratedFile> {
  const files = new Map(Object.entries(texts).map(([name, text]) => [join(folder, name), text]));
  const program = createProgram(ts, [...files.keys()], official, { types: ['node'] }, files);
  const migrated = migrateProgram(ts, program, official, [...files.keys()]);
  return Object.fromEntries(migrated.map((each) => [each.file.slice(folder.length + 1), each]));
}
