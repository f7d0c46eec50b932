import { resolve } from 'node:path';

/** The part of a bundler's interface that is used here: rolldown and rollup have it alike. */
interface Modules {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null;
}

/**
 * Puts into one file what the root entry needs, even if others need it too: every file that is opened costs, at the start
 * of a program as in its compiler.
 *
 * @returns the name of a module's file, for a module that is part of it.
 */
export function coreChunk(rootFile: string): (id: string, modules: Modules) => 'core' | undefined {
  const root = resolve(rootFile);
  return (id, modules) => (id !== root && isReachedFrom(root, id, modules) ? 'core' : undefined);
}

function isReachedFrom(from: string, id: string, modules: Modules, seen = new Set<string>()): boolean {
  if (id === from) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return (modules.getModuleInfo(id)?.importers ?? []).some((importer) =>
    isReachedFrom(from, importer, modules, seen),
  );
}
