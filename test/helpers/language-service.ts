import { resolve } from 'node:path';

import ts from 'typescript';

/** What an editor knows of a program. */
export interface Editor {
  /** What is shown at the end of the first place that has this text. */
  hover(text: string): { signature: string; documentation: string };
  /** Where the definition of what stands there is. */
  definition(text: string): { file: string; name: string; line: string };
  /** What is offered there. */
  completions(text: string): readonly string[];
}

/** An editor with this text as the file, which need not be there. */
export function openEditor(file: string, text: string, options: ts.CompilerOptions): Editor {
  const name = resolve(file);
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [name],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const content = path === name ? text : ts.sys.readFile(path);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => resolve(file, '..'),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === name || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    realpath: ts.sys.realpath,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  /** The last character of the text, where a cursor would be. */
  const position = (of: string): number => text.indexOf(of) + of.length - 1;

  return {
    hover(of) {
      const info = service.getQuickInfoAtPosition(name, position(of));
      return {
        signature: ts.displayPartsToString(info?.displayParts),
        documentation: ts.displayPartsToString(info?.documentation),
      };
    },
    completions(of) {
      const offered = service.getCompletionsAtPosition(name, position(of), undefined);
      return offered?.entries.map((entry) => entry.name) ?? [];
    },
    definition(of) {
      const [found] = service.getDefinitionAtPosition(name, position(of)) ?? [];
      if (!found) return { file: '', name: '', line: '' };
      const source = service.getProgram()!.getSourceFile(found.fileName)!;
      const { line } = source.getLineAndCharacterOfPosition(found.textSpan.start);
      return { file: found.fileName, name: found.name, line: source.text.split('\n')[line]!.trim() };
    },
  };
}
