import type ts from 'typescript';

import type { Compiler } from './compiler.js';
import { applyEdits, type Edit } from './edits.js';
import { renameFlows } from './flows.js';
import { rewriteImports } from './imports.js';
import { Keys } from './keys.js';
import type { Leftover, Migration } from './migration.js';
import { isOfficialSpecifier, type OfficialTypes } from './official-types.js';
import { renameReads } from './reads.js';

/** What became of one file. */
export interface MigratedFile {
  readonly file: string;
  readonly before: string;
  /** The same as `before`, if there was nothing to change. */
  readonly after: string;
  readonly changes: number;
  readonly leftovers: readonly (Leftover & { readonly line: number; readonly column: number })[];
}

/**
 * Rewrites the files of a program that is made by `createProgram()`: what is sure is changed, what is not is told, and left.
 * Nothing is written.
 *
 * @param names - The files to rewrite. Others of the program are read, for their types.
 */
export function migrateProgram(
  compiler: Compiler,
  program: ts.Program,
  official: OfficialTypes,
  names: readonly string[],
): MigratedFile[] {
  const edits = new Map<ts.SourceFile, Edit[]>();
  const left = new Map<ts.SourceFile, Leftover[]>();
  const of = <Value>(map: Map<ts.SourceFile, Value[]>, file: ts.SourceFile): Value[] => {
    const list = map.get(file) ?? [];
    map.set(file, list);
    return list;
  };
  const migration: Migration = {
    compiler,
    checker: program.getTypeChecker(),
    official,
    renamed: new Map(),
    settled: new Set(),
    imports: new Map(),
    edit: (file, edit) => void of(edits, file).push(edit),
    leave: (node, reason) => void of(left, node.getSourceFile()).push({ position: node.getStart(), reason }),
  };
  const files: ts.SourceFile[] = [];
  for (const name of names) {
    const file = program.getSourceFile(name);
    if (!file) continue;
    const [problem] = program.getSyntacticDiagnostics(file).filter(isSyntax);
    if (problem)
      of(left, file).push({
        position: problem.start ?? 0,
        reason: `the file does not parse: ${compiler.flattenDiagnosticMessageText(problem.messageText, ' ')}`,
      });
    else files.push(file);
  }
  renameFlows(migration, files);
  const keys = new Keys(migration, files);
  for (const file of files) {
    renameReads(migration, file, keys, mentionsOfficial(compiler, file));
    const before = of(edits, file).filter(({ start, end }) => end > start);
    rewriteImports(migration, file, (position) =>
      before.some(({ start, end }) => start <= position && position < end),
    );
  }
  return [...new Set([...files, ...left.keys()])].map((file) =>
    finish(compiler, file, edits.get(file) ?? [], left.get(file) ?? []),
  );
}

/** A JavaScript file with types in it is none that cannot be read. */
const isSyntax = ({ code }: ts.Diagnostic): boolean => code < 8000 || code >= 9000;

function mentionsOfficial(compiler: Compiler, file: ts.SourceFile): boolean {
  return compiler
    .preProcessFile(file.text, true, true)
    .importedFiles.some(({ fileName }) => isOfficialSpecifier(fileName));
}

function finish(
  compiler: Compiler,
  file: ts.SourceFile,
  edits: readonly Edit[],
  leftovers: readonly Leftover[],
): MigratedFile {
  const before = file.text;
  const whole = attempt(compiler, file, edits);
  const told = [...new Map(leftovers.map((each) => [`${each.position} ${each.reason}`, each])).values()];
  if (whole === undefined)
    told.push({
      position: 0,
      reason: 'the changes of this file do not fit together, so that it stays as it is',
    });
  return {
    file: file.fileName,
    before,
    after: whole ?? before,
    changes:
      whole === undefined
        ? 0
        : new Set(edits.map(({ start }) => file.getLineAndCharacterOfPosition(start).line)).size,
    leftovers: told
      .toSorted((a, b) => a.position - b.position)
      .map((each) => {
        const { line, character } = file.getLineAndCharacterOfPosition(each.position);
        return { ...each, line: line + 1, column: character + 1 };
      }),
  };
}

/** The text with its changes; `undefined` where it would not parse any more. */
function attempt(compiler: Compiler, file: ts.SourceFile, edits: readonly Edit[]): string | undefined {
  if (edits.length === 0) return file.text;
  try {
    const text = applyEdits(file.text, edits);
    const { diagnostics = [] } = compiler.transpileModule(text, {
      fileName: file.fileName,
      reportDiagnostics: true,
      compilerOptions: {
        target: compiler.ScriptTarget.ESNext,
        module: compiler.ModuleKind.ESNext,
        allowJs: true,
        jsx: compiler.JsxEmit.Preserve,
      },
    });
    return diagnostics.some(isSyntax) ? undefined : text;
  } catch {
    return undefined;
  }
}
