import { basename, join } from 'node:path';

import ts from 'typescript';

import { bullets } from './lint.js';
import { PipelineError } from './pipeline-error.js';

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
  return checker
    .getTypeAtLocation(declaration!)
    .getProperties()
    .map((property) => ({
      id: property.name,
      places: placesIn(checker, checker.getTypeOfSymbolAtLocation(property, source)),
    }));
}

/** The literals of the type, one by one: printed whole, it might go by the name of its alias. */
function placesIn(checker: ts.TypeChecker, type: ts.Type): string[] {
  if (type.flags & ts.TypeFlags.Never) return [];
  return (type.isUnion() ? type.types : [type]).map((member) => checker.typeToString(member)).toSorted();
}
