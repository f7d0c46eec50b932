import { basename, join } from 'node:path';

import ts from 'typescript';

import { bullets } from './lint.js';
import { PipelineError } from './pipeline-error.js';
import { spellType } from './spell-type.js';

/**
 * Compile `cross-check.gen.ts` of a folder: both generators must agree on path, query, body and every
 * answer of every operation.
 *
 * @returns the number of operations compared.
 * @throws {PipelineError} naming each operation and the places where the generators differ.
 */
export function crossCheck(folder: string): number {
  const file = join(folder, 'cross-check.gen.ts');
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  });
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
  const differences = differencesOf(program.getTypeChecker(), source);
  const disagreeing = differences.filter(({ places }) => places.length > 0);
  if (disagreeing.length > 0) {
    throw new PipelineError(
      `hey-api and openapi-typescript read ${disagreeing.length} operations differently:\n` +
        `${bullets(disagreeing.map(({ id, places }) => `${id}: ${places.join(', ')}`))}\n` +
        '  Compare types.gen.ts with schema.gen.ts at these places; repair the description with an overlay so that both understand it.',
    );
  }
  return differences.length;
}

/** The last statement of the file, whose error only sums up the differences. */
const isVerdict = (source: ts.SourceFile, { file, start = 0 }: ts.Diagnostic): boolean =>
  file === source && start >= source.statements.at(-1)!.getStart();

function differencesOf(checker: ts.TypeChecker, source: ts.SourceFile): { id: string; places: string[] }[] {
  const declaration = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'Differences',
  );
  return declaration!.members.filter(ts.isPropertySignature).map((member) => {
    const readings = member.type as ts.TypeReferenceNode;
    const places = [
      ...literalsOf(checker, checker.getTypeFromTypeNode(readings)),
      ...differentSpellings(
        checker,
        readings.typeArguments!.map((node) => checker.getTypeFromTypeNode(node)),
      ),
    ];
    return { id: (member.name as ts.StringLiteral).text, places: [...new Set(places)].toSorted() };
  });
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
