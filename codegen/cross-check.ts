import { basename, join } from 'node:path';

import ts from 'typescript';

import { globals } from './cross-check-globals.js';
import { bullets } from './lint.js';
import { PipelineError } from './pipeline-error.js';
import { spellType } from './spell-type.js';

/** The places where the two generators read one operation differently; usually there are none. */
export interface Readings {
  readonly id: string;
  readonly places: readonly string[];
  /** Places that `x-read-differently` names, and that they read alike. */
  readonly stale: readonly string[];
}

/** The generators disagree on some operations. */
export class DisagreementError extends PipelineError {
  readonly readings: readonly Readings[];

  constructor(readings: readonly Readings[]) {
    super(
      `hey-api and openapi-typescript read ${readings.length} operations differently:\n` +
        `${bullets(readings.map(({ id, places }) => `${id}: ${places.join(', ')}`))}\n` +
        '  Compare types.gen.ts with schema.gen.ts at these places; repair the description with an overlay so that both understand it.',
    );
    this.readings = readings;
  }
}

/**
 * Compile `cross-check.gen.ts` of a folder: both generators must agree on path, query, body and every
 * answer of every operation, but for what `x-read-differently` names.
 *
 * @returns the number of operations compared.
 * @throws {DisagreementError} naming each operation and the places where the generators differ.
 * @throws {PipelineError} for a place that `x-read-differently` names without need.
 */
export function crossCheck(folder: string): number {
  const readings = compareReadings(folder);
  const disagreeing = readings.filter(({ places }) => places.length > 0);
  if (disagreeing.length > 0) throw new DisagreementError(disagreeing);
  const stale = readings.filter((each) => each.stale.length > 0);
  if (stale.length > 0) {
    throw new PipelineError(
      `Both generators agree where \`x-read-differently\` says that they do not (good!):\n` +
        `${bullets(stale.map((each) => `${each.id}: ${each.stale.join(', ')}`))}\n  Delete these places from the overlay.`,
    );
  }
  return readings.length;
}

/** @throws {PipelineError} if the generated types do not compile. */
export function compareReadings(folder: string): Readings[] {
  const file = join(folder, 'cross-check.gen.ts');
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const program = ts.createProgram([file], options, hostWithGlobals(options));
  const source = program.getSourceFile(file)!;
  const faults = ts.getPreEmitDiagnostics(program).filter((fault) => !isVerdict(source, fault));
  if (faults.length > 0) {
    const lines = faults.map(({ file: at, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, '\n');
      return `${at ? basename(at.fileName) : 'types'}: ${message}`;
    });
    throw new PipelineError(
      `The generated types do not compile:\n${bullets(lines)}\n  Repair the description with an overlay, or mend the emitter.`,
    );
  }
  return differencesOf(program.getTypeChecker(), source);
}

/** The compiler's view of the file system, in which {@link globals} are its library. */
function hostWithGlobals(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const library = join(host.getCurrentDirectory(), 'cross-check-globals.d.ts');
  const fromDisk = host.getSourceFile;
  return {
    ...host,
    // What is said of a type is not compared.
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    getDefaultLibFileName: () => library,
    getSourceFile: (name, ...rest) =>
      name === library ? ts.createSourceFile(name, globals, ts.ScriptTarget.ES2022) : fromDisk(name, ...rest),
  };
}

/** The last statement of the file, whose error only sums up the differences. */
const isVerdict = (source: ts.SourceFile, { file, start = 0 }: ts.Diagnostic): boolean =>
  file === source && start >= source.statements.at(-1)!.getStart();

function differencesOf(checker: ts.TypeChecker, source: ts.SourceFile): Readings[] {
  const declaration = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'Differences',
  );
  return declaration!.members.filter(ts.isPropertySignature).map((member) => {
    const { readings, known } = readMember(checker, member.type as ts.TypeReferenceNode);
    const places = [
      ...literalsOf(checker, checker.getTypeFromTypeNode(readings)),
      ...differentSpellings(
        checker,
        readings.typeArguments!.map((node) => checker.getTypeFromTypeNode(node)),
      ),
    ];
    return {
      id: (member.name as ts.StringLiteral).text,
      places: [...new Set(places)].filter((place) => !known.includes(place)).toSorted(),
      stale: known.filter((place) => !places.includes(place)),
    };
  });
}

/** `Disagreement<…>`, or `Exclude<Disagreement<…>, …>` where it is known that the generators differ. */
function readMember(
  checker: ts.TypeChecker,
  type: ts.TypeReferenceNode,
): { readings: ts.TypeReferenceNode; known: string[] } {
  const [inner, excluded] = type.typeArguments!;
  if (type.typeName.getText() !== 'Exclude') return { readings: type, known: [] };
  return {
    readings: inner as ts.TypeReferenceNode,
    known: literalsOf(checker, checker.getTypeFromTypeNode(excluded!)),
  };
}

/** The literals of the type, one by one: printed whole, it might go by the name of its alias. */
function literalsOf(checker: ts.TypeChecker, type: ts.Type): string[] {
  if (type.flags & ts.TypeFlags.Never) return [];
  return (type.isUnion() ? type.types : [type]).map((member) => checker.typeToString(member));
}

/** The places that the two generators spell differently; the compiler may take them for the same all the same. */
function differentSpellings(checker: ts.TypeChecker, readings: readonly ts.Type[]): string[] {
  const [theirs, data, responses, errors] = readings as [ts.Type, ts.Type, ts.Type, ts.Type];
  const at = (type: ts.Type | undefined, ...names: string[]): ts.Type | undefined =>
    names.reduce<ts.Type | undefined>((owner, name) => {
      const property = owner && checker.getNonNullableType(owner).getProperty(name);
      return property && checker.getTypeOfSymbol(property);
    }, type);
  const onlyMedia = (type: ts.Type | undefined): ts.Type | undefined => {
    const content = at(type, 'content');
    const [media] = content?.getProperties() ?? [];
    return media && checker.getTypeOfSymbol(media);
  };
  const spell = (type: ts.Type | undefined): string => {
    const text = type === undefined ? 'never' : spellType(checker, type);
    return ['', 'void', 'undefined'].includes(text) ? 'never' : text;
  };
  const statuses = [responses, errors].flatMap((owner) =>
    owner.getProperties().map(({ name }) => ({
      place: name,
      pair: [onlyMedia(at(theirs, 'responses', name)), at(owner, name)],
    })),
  );
  const places = [
    { place: '"path"', pair: [at(theirs, 'parameters', 'path'), at(data, 'path')] },
    { place: '"query"', pair: [at(theirs, 'parameters', 'query'), at(data, 'query')] },
    { place: '"body"', pair: [onlyMedia(at(theirs, 'requestBody')), at(data, 'body')] },
    ...statuses.map(({ place, pair }) => ({ place: /^\d+$/.test(place) ? place : `"${place}"`, pair })),
  ];
  return places.filter(({ pair: [left, right] }) => spell(left) !== spell(right)).map(({ place }) => place);
}
