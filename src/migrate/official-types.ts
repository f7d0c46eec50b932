import type ts from 'typescript';

import type { Compiler } from './compiler.js';
import { applyEdits, type Edit } from './edits.js';
import { officialModules, officialSurface } from './official-surface.js';

/** Declarations that stand for those of `@mistralai/mistralai`: the same programs compile, whether it is installed or not. */
export interface OfficialTypes {
  /** The file that a specifier leads to; `undefined` where there is none for it. */
  resolve(specifier: string, importer: string): string | undefined;
  /** The text of one of its files; `undefined` for every other file. */
  read(file: string): string | undefined;
  has(file: string): boolean;
  /** Names of fields that are not what they are on the wire. */
  readonly renamedFields: ReadonlySet<string>;
}

/** The package, whose subpaths are meant, too. */
export const officialPackage = '@mistralai/mistralai';

/** Of this package's own declarations, those that say what travels: the operations, their parameters, and all types. */
const derived = ['core.d.ts', 'generated/params.gen.d.ts', 'generated/types.gen.d.ts'] as const;

/**
 * Derives them from this package's own: each field has its name in camelCase, with a tag that keeps the name on the wire, and an
 * enum of texts has an object of the same name. So no list of names exists here, and one for each version of the description.
 *
 * @param readOwn - Reads a declaration file of this package, such as `generated/types.gen.d.ts`.
 * @param folder - Absolute, and of no file that exists.
 */
export function officialTypes(
  compiler: Compiler,
  readOwn: (file: string) => string,
  folder: string,
): OfficialTypes {
  const renamedFields = new Set<string>();
  const texts = new Map<string, string>();
  for (const [file, text] of Object.entries(officialSurface)) texts.set(`${folder}/${file}`, text);
  for (const file of derived)
    texts.set(`${folder}/${file}`, inCamelCase(compiler, readOwn(file), renamedFields));
  // Of a value of unknown type, it is that of a program's own configuration far more often.
  renamedFields.delete('apiKey');
  return {
    resolve(specifier, importer) {
      const file = texts.has(importer)
        ? importer.replace(/[^/]*$/, '') + specifier.replace(/^\.\//, '').replace(/\.js$/, '.d.ts')
        : `${folder}/${moduleOf(specifier)}`;
      return texts.has(file) ? file : undefined;
    },
    read: (file) => texts.get(file),
    has: (file) => texts.has(file),
    renamedFields,
  };
}

export const isOfficialSpecifier = (specifier: string): boolean =>
  specifier === officialPackage || specifier.startsWith(`${officialPackage}/`);

const moduleOf = (specifier: string): string | undefined =>
  isOfficialSpecifier(specifier)
    ? officialModules.find(([pattern]) => pattern.test(specifier.slice(officialPackage.length)))?.[1]
    : undefined;

/** Where the official SDK changes more of a name than its case, by the interface that has the field. */
const otherNames: readonly (readonly [owner: RegExp, field: string, official: string])[] = [
  [/^(?:Embedding|(?:Chat)?(?:Classification|Moderation))Request(?:Param)?$/, 'input', 'inputs'],
  [/^JsonSchema(?:Param)?$/, 'schema', 'schemaDefinition'],
  [/^(?:FileSchema|CreateFileResponse|GetFileResponse)$/, 'bytes', 'sizeBytes'],
  [/^OfficialFile$/, 'fileName', 'fileName'],
];

/** Names on the wire of what {@link otherNames} has, where it is not the field's own. */
const namesHere: Readonly<Record<string, string>> = { fileName: 'name' };

/** The type of lists in requests, which are read-only here. */
export const requestList = 'RequestList';

function inCamelCase(compiler: Compiler, text: string, renamedFields: Set<string>): string {
  const source = compiler.createSourceFile('derived.d.ts', text, compiler.ScriptTarget.ESNext, true);
  const edits: Edit[] = [];
  const enums: string[] = [];
  const visit = (node: ts.Node, owner: string): void => {
    if (compiler.isPropertySignature(node)) {
      const field = compiler.isComputedPropertyName(node.name) ? undefined : node.name.text;
      const official = field && officialName(owner, field);
      if (field && official && (official !== field || field in namesHere)) {
        renamedFields.add(official);
        const wire = namesHere[field] ?? field;
        // Both names, as the major versions do not agree. A tag counts at the beginning of a line.
        const alias = official === 'inputs' ? `${field}?: unknown; ` : '';
        edits.push(
          { start: node.getStart(), end: node.getStart(), text: `${alias}\n/** @wire ${wire} */ ` },
          { start: node.name.getStart(), end: node.name.end, text: official },
        );
      }
    }
    // There, a program may change it.
    if (compiler.isTypeReferenceNode(node) && node.typeName.getText() === 'ReadonlyArray')
      edits.push({ start: node.typeName.getStart(), end: node.typeName.end, text: requestList });
    if (compiler.isTypeAliasDeclaration(node)) {
      const values = textsOf(compiler, node.type);
      if (values.length > 0) enums.push(enumOf(node.name.text, values));
    }
    const inner = compiler.isInterfaceDeclaration(node) ? node.name.text : owner;
    compiler.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, '');
  const list = `interface ${requestList}<Item> extends Array<Item> {}`;
  return `${applyEdits(text, edits)}\n${list}\n${enums.join('\n')}\n`;
}

const officialName = (owner: string, field: string): string =>
  otherNames.find(([pattern, name]) => name === field && pattern.test(owner))?.[2] ?? camelCase(field);

const camelCase = (name: string): string =>
  name.replace(/^_+/, '').replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The values of a union of texts; none for every other type. */
function textsOf(compiler: Compiler, type: ts.TypeNode): string[] {
  const members = compiler.isUnionTypeNode(type) ? [...type.types] : [type];
  const texts = members.map((member) =>
    compiler.isLiteralTypeNode(member) && compiler.isStringLiteral(member.literal)
      ? member.literal.text
      : undefined,
  );
  return texts.every((value) => value !== undefined) ? texts : [];
}

const enumOf = (name: string, values: readonly string[]): string =>
  `export declare const ${name}: { ${[...new Map(values.map((value) => [memberName(value), value]))]
    .map(([member, value]) => `\n/** @special enum */ readonly ${member}: ${JSON.stringify(value)};`)
    .join(' ')} };`;

/** `TimeoutExceeded` of `TIMEOUT_EXCEEDED`, `RootV1Ocr` of `/v1/ocr`. */
function memberName(value: string): string {
  const words = value
    .replace(/^\//, 'root/')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const name = words
    .map(
      (word) =>
        word[0]!.toUpperCase() + (word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1)),
    )
    .join('');
  return /^[A-Za-z]/.test(name) ? name : JSON.stringify(name);
}
