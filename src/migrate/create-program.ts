import type ts from 'typescript';

import type { Compiler } from './compiler.js';
import { isOfficialSpecifier, type OfficialTypes } from './official-types.js';

/**
 * The program of some files, in which the official SDK is {@link OfficialTypes}.
 *
 * @param configured - Options of the project, if it has any.
 * @param given - Texts that stand for files.
 */
export function createProgram(
  compiler: Compiler,
  files: readonly string[],
  official: OfficialTypes,
  configured: ts.CompilerOptions = {},
  given: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const options: ts.CompilerOptions = {
    target: compiler.ScriptTarget.ES2022,
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Bundler,
    jsx: compiler.JsxEmit.Preserve,
    ...configured,
    allowJs: true,
    maxNodeModuleJsDepth: 0,
    noEmit: true,
    // What the program tells of itself, it tells under these.
    strict: true,
    strictNullChecks: true,
    noImplicitAny: true,
    skipLibCheck: true,
  };
  const host = compiler.createCompilerHost(options, true);
  const { getSourceFile, readFile, fileExists } = host;
  const read = (file: string): string | undefined => official.read(file) ?? given.get(file);
  host.fileExists = (file) => read(file) !== undefined || fileExists.call(host, file);
  host.readFile = (file) => read(file) ?? readFile.call(host, file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const text = read(file);
    return text === undefined
      ? getSourceFile.call(host, file, languageVersion, ...rest)
      : compiler.createSourceFile(file, text, languageVersion, true);
  };
  host.resolveModuleNameLiterals = (literals, importer, redirected, settings, source) =>
    literals.map((literal) => {
      const specifier = literal.text;
      if (isOfficialSpecifier(specifier) || official.has(importer)) {
        const file = official.resolve(specifier, importer);
        return {
          resolvedModule: file ? { resolvedFileName: file, extension: compiler.Extension.Dts } : undefined,
        };
      }
      const mode = compiler.getModeForUsageLocation(source, literal, settings);
      return compiler.resolveModuleName(specifier, importer, settings, host, undefined, redirected, mode);
    });
  return compiler.createProgram(files, options, host);
}
