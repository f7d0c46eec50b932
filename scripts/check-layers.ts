/**
 * Checks that every import stays inside the house rules, and that the picture in docs/architecture.md is
 * drawn from them.
 *
 * Run: npm run check:layers            (with `-- --write` to draw the picture anew)
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { mayImport } from './layers.js';

const importedModule =
  /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
const architecture = 'docs/architecture.md';
const picturePattern = /(<!-- picture -->\n)[\s\S]*?(<!-- end of picture -->)/;

function main(): void {
  const write = process.argv.includes('--write');
  const cycles = cyclesIn(mayImport);
  // Nothing can be followed or drawn through a table that leads in circles.
  const breaches =
    cycles.length > 0
      ? cycles
      : [...['codegen', 'generated', 'src'].flatMap(sourcesIn).flatMap(breachesIn), ...checkPicture(write)];
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) process.exitCode = 1;
  else console.log(`${Object.keys(mayImport).length} rooms keep to their imports`);
}

function cyclesIn(rules: typeof mayImport): string[] {
  const rooms = Object.keys(rules);
  return rooms.flatMap((room, index) =>
    rules[room]!.filter((other) => !rooms.slice(0, index).includes(other)).map(
      (other) => `scripts/layers.ts: ${room} names ${other}, which is not above it`,
    ),
  );
}

function breachesIn(file: string): string[] {
  const home = roomOf(file);
  const isRoof = home === undefined;
  return importsOf(file).flatMap((specifier) => {
    if (specifier.startsWith('node:'))
      return mayUseNode(file) ? [] : [`${file} imports ${specifier}; only a node.ts may`];
    if (!specifier.startsWith('.')) return [];
    const target = roomOf(posix.join(posix.dirname(file), specifier));
    if (isRoof || target === home || (target !== undefined && mayImport[home]!.includes(target))) return [];
    return [
      `${file} may not import ${specifier}: ${home} knows only ${mayImport[home]!.join(', ') || 'itself'}`,
    ];
  });
}

/** Node's modules are for the tools, and in what ships for the modules called node.ts. */
const mayUseNode = (file: string): boolean => !file.startsWith('src/') || file.endsWith('/node.ts');

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(importedModule)].map(
    ([, from, bare, lazy]) => (from ?? bare ?? lazy)!,
  );

/** `undefined` for the roof: src/client.ts and the entry points beside it, which may see everything. */
const roomOf = (file: string): string | undefined =>
  Object.keys(mayImport).find((room) => file.startsWith(`${room}/`));

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'));

function checkPicture(write: boolean): string[] {
  const text = readFileSync(architecture, 'utf8');
  if (!picturePattern.test(text)) return [`${architecture} has no place for the picture (<!-- picture -->)`];
  const drawn = text.replace(picturePattern, `$1\n${picture()}\n\n$2`);
  if (drawn === text) return [];
  if (!write)
    return [
      `The picture in ${architecture} is not that of scripts/layers.ts: npm run check:layers -- --write`,
    ];
  writeFileSync(architecture, drawn);
  return [];
}

/** The table as a diagram; an arrow that another path implies is left out. */
function picture(): string {
  const name = (room: string) => room.replace('src/', '');
  const arrows = Object.entries(mayImport).flatMap(([room, others]) =>
    others
      .filter((other) => !others.some((between) => between !== other && reaches(between, other)))
      .map((other) => `  ${name(room)} --> ${name(other)}`),
  );
  return ['```mermaid', 'flowchart TD', '  roof["client.ts, index.ts"] --> resources', ...arrows, '```'].join(
    '\n',
  );
}

const reaches = (from: string, to: string): boolean =>
  mayImport[from]!.some((next) => next === to || reaches(next, to));

main();
