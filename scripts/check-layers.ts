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
const isPipeline = (room: string): boolean => room.startsWith('codegen/');
/** What each picture shows, by its name in the page: the rooms of the pipeline, and those of the package. */
const pictures: readonly (readonly [name: string, draw: () => string])[] = [
  ['picture of codegen', () => picture('codegen/', 'main["main.ts"] --> flow', isPipeline)],
  [
    'picture of src',
    () =>
      picture(
        'src/',
        'roof["client.ts, index.ts"] --> resources',
        (room) => !isPipeline(room) && room !== 'codegen',
      ),
  ],
];
const patternOf = (name: string): RegExp =>
  new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`);

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

/**
 * The innermost room of the table that holds a file; `undefined` for the roof: src/client.ts and the entry points next to
 * it, which may see everything.
 */
const roomOf = (file: string): string | undefined =>
  Object.keys(mayImport)
    .filter((room) => file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'));

function checkPicture(write: boolean): string[] {
  const text = readFileSync(architecture, 'utf8');
  for (const [name] of pictures)
    if (!patternOf(name).test(text)) return [`${architecture} has no place for <!-- ${name} -->`];
  const drawn = pictures.reduce(
    (page, [name, draw]) => page.replace(patternOf(name), `$1\n${draw()}\n\n$2`),
    text,
  );
  if (drawn === text) return [];
  if (!write)
    return [
      `The picture in ${architecture} is not that of scripts/layers.ts: npm run check:layers -- --write`,
    ];
  writeFileSync(architecture, drawn);
  return [];
}

/** A part of the table as a diagram; an arrow that another path implies is left out. */
function picture(prefix: string, roof: string, isShown: (room: string) => boolean): string {
  const name = (room: string) => room.replace(prefix, '');
  const arrows = Object.entries(mayImport)
    .filter(([room]) => isShown(room))
    .flatMap(([room, others]) =>
      others
        .filter((other) => !others.some((between) => between !== other && reaches(between, other)))
        .map((other) => `  ${name(room)} --> ${name(other)}`),
    );
  return ['```mermaid', 'flowchart TD', `  ${roof}`, ...arrows, '```'].join('\n');
}

const reaches = (from: string, to: string): boolean =>
  mayImport[from]!.some((next) => next === to || reaches(next, to));

main();
