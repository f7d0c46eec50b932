import { basename, join } from 'node:path';

import ts from 'typescript';

import { globals } from './cross-check-globals.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
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
        '  Compare operation-types.gen.ts with schema.gen.ts at these places; repair the description with an overlay so that both understand it.',
    );
    this.readings = readings;
  }
}

/**
 * Compare the pairs of types that `cross-check.gen.ts` of a folder lists: both generators must agree on path, query,
 * body and every response of every operation, but for what `x-read-differently` names.
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
  const checker = program.getTypeChecker();
  const members = readMembers(checker, source);
  // What the file proves by assignability is less than what is compared here, and takes as long as all the rest. So the
  // compiler is asked about this file only if it names what is not there.
  const namesNothing = members.some(({ types }) => types.some(({ flags }) => flags & ts.TypeFlags.Any));
  const files = program.getSourceFiles().filter((each) => each !== source || namesNothing);
  const faults = [
    ...program.getOptionsDiagnostics(),
    ...files.flatMap((each) => [
      ...program.getSyntacticDiagnostics(each),
      ...program.getSemanticDiagnostics(each),
    ]),
    ...program.getGlobalDiagnostics(),
  ];
  if (faults.length > 0) {
    const lines = faults.map(({ file: at, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, '\n');
      return `${at ? basename(at.fileName) : 'types'}: ${message}`;
    });
    throw new PipelineError(
      `The generated types do not compile:\n${bullets(lines)}\n  Repair the description with an overlay, or repair the emitter.`,
    );
  }
  return members.map(({ id, types, known }) => {
    const places = differentSpellings(checker, types);
    return {
      id,
      places: places.filter((place) => !known.includes(place)).toSorted(),
      stale: known.filter((place) => !places.includes(place)),
    };
  });
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

/** One operation of the file: its type in `schema.gen.ts`, and its data, responses and errors in `operation-types.gen.ts`. */
interface Member {
  readonly id: string;
  readonly types: readonly [theirs: ts.Type, data: ts.Type, responses: ts.Type, errors: ts.Type];
  /** Places where it is known that the generators differ. */
  readonly known: readonly string[];
}

/** Reads `Differences`: each member is `Disagreement<…>`, or `Exclude<Disagreement<…>, …>` of what is known. */
function readMembers(checker: ts.TypeChecker, source: ts.SourceFile): Member[] {
  const declaration = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'Differences',
  );
  return declaration!.members.filter(ts.isPropertySignature).map((member) => {
    const type = member.type as ts.TypeReferenceNode;
    const [readings, excluded] =
      type.typeName.getText() === 'Exclude' ? (type.typeArguments as readonly ts.TypeNode[]) : [type];
    const types = (readings as ts.TypeReferenceNode).typeArguments!.map((node) =>
      checker.getTypeFromTypeNode(node),
    );
    return {
      id: (member.name as ts.StringLiteral).text,
      types: types as unknown as Member['types'],
      known: excluded ? literalsOf(checker, checker.getTypeFromTypeNode(excluded)) : [],
    };
  });
}

/** The literals of the type, one by one: printed whole, it might go by the name of its alias. */
const literalsOf = (checker: ts.TypeChecker, type: ts.Type): string[] =>
  (type.isUnion() ? type.types : [type]).map((member) => checker.typeToString(member));

/** The places that the two generators spell differently, to the last property. */
function differentSpellings(
  checker: ts.TypeChecker,
  [theirs, data, responses, errors]: Member['types'],
): string[] {
  const parameters = typeOf(checker, theirs.getProperty('parameters')!);
  const declared = typeOf(checker, theirs.getProperty('responses')!);
  const statuses = [declared, responses, errors].flatMap((owner) =>
    owner.getProperties().map(({ name }) => name),
  );
  const spell = (owner: ts.Type, name: string) => spellPlace(checker, owner.getProperty(name));
  const spellContent = (owner: ts.Type, name: string) =>
    spellPlace(checker, owner.getProperty(name), (type) => onlyMedia(checker, type));
  const pairs: readonly (readonly [place: string, theirs: string, ours: string])[] = [
    ...['path', 'query'].map((name) => [`"${name}"`, spell(parameters, name), spell(data, name)] as const),
    ['"body"', spellContent(theirs, 'requestBody'), spell(data, 'body')],
    ...[...new Set(statuses)].map((status) => {
      const owner = responses.getProperty(status) ? responses : errors;
      return [numberOrLiteral(status), spellContent(declared, status), spell(owner, status)] as const;
    }),
  ];
  return pairs.filter(([, left, right]) => left !== right).map(([place]) => place);
}

/** A place that is not there is not the same as one that holds nothing, nor is one that may be left out. */
function spellPlace(
  checker: ts.TypeChecker,
  place: ts.Symbol | undefined,
  within: (type: ts.Type) => ts.Type | undefined = (type) => type,
): string {
  const type = place && typeOf(checker, place);
  if (type === undefined || type.flags & ts.TypeFlags.Never) return 'nowhere';
  const held = within(type);
  const text = held === undefined ? '' : spellType(checker, held);
  const mark = place!.flags & ts.SymbolFlags.Optional ? 'perhaps ' : '';
  return mark + (['', 'undefined', 'never'].includes(text) ? 'void' : text);
}

/** Without the `undefined` of what may be left out. */
function typeOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Type {
  const type = checker.getTypeOfSymbol(symbol);
  return symbol.flags & ts.SymbolFlags.Optional ? checker.getNonNullableType(type) : type;
}

/** What `content` holds for the one media type that an operation has. */
function onlyMedia(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  const content = type.getProperty('content');
  const [media] = content ? typeOf(checker, content).getProperties() : [];
  return media && typeOf(checker, media);
}

const numberOrLiteral = (status: string): string => (/^\d+$/.test(status) ? status : `"${status}"`);
