import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { stringify } from 'yaml';

import type { JsonObject } from '../../codegen/description/json.js';
import { applyOverlay } from '../../codegen/overlay/apply.js';
import { readOverlays } from '../../codegen/overlay/overlay.js';
import { readYaml } from '../../codegen/files/read-yaml.js';

/** Where the small project is: a description with one operation of every kind, and overlays that make it clean. */
export const libraryFolder = resolve('test/helpers/library');

/** The small project's effective document, or what its generators are given. */
export function libraryDocument({ forGenerators = false } = {}): JsonObject {
  const document = readYaml(join(libraryFolder, 'spec/openapi.yaml')) as JsonObject;
  for (const overlay of readOverlays(join(libraryFolder, 'overlays'))) {
    if (forGenerators || !overlay.generatorsOnly) applyOverlay(document, overlay);
  }
  return document;
}

/** A copy of the small project in a temporary folder, to break and to run the pipeline on. */
export interface Library {
  readonly root: string;
  /** The folders, as `runPipeline` takes them. */
  readonly folders: { readonly spec: string; readonly overlays: string; readonly generated: string };
  at(path: string): string;
  write(path: string, text: string): void;
  edit(path: string, change: (text: string) => string): void;
  /** Change the description, and its checksum with it. */
  editDescription(change: (text: string) => string): void;
  /** An overlay of its own, `75-test`, whose second action has the given fields. */
  addAction(fields: JsonObject): void;
  remove(): void;
}

/** @param name - What the folder's name begins with. */
export function createLibrary(name = 'library-'): Library {
  const root = mkdtempSync(join(tmpdir(), name));
  cpSync(libraryFolder, root, { recursive: true });
  const at = (path: string): string => join(root, path);
  const library: Library = {
    root,
    folders: { spec: at('spec'), overlays: at('overlays'), generated: at('generated') },
    at,
    write(path, text) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    edit: (path, change) => library.write(path, change(readFileSync(at(path), 'utf8'))),
    editDescription(change) {
      library.edit('spec/openapi.yaml', change);
      const text = readFileSync(at('spec/openapi.yaml'));
      library.write(
        'spec/source.json',
        JSON.stringify({ sha256: createHash('sha256').update(text).digest('hex') }),
      );
    },
    addAction(fields) {
      const first = { target: '$.info', description: 'Does nothing. Goes with the test.', update: {} };
      const second = { description: 'Breaks. Goes at once.', ...fields };
      const info = { title: 'Break it', version: '1.0.0' };
      library.write(
        'overlays/75-test.overlay.yaml',
        stringify({ overlay: '1.1.0', info, actions: [first, second] }),
      );
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  return library;
}
