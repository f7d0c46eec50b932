import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { isObject, nameOfType, type JsonObject, type JsonValue } from '../description/json.js';
import { PipelineError } from '../run/pipeline-error.js';
import { readYaml } from '../files/read-yaml.js';
import { checkExpression } from './select.js';

/** One action of an OpenAPI Overlay, with the extensions that make it strict, and that end it. */
export interface Action {
  /** JSONPath (RFC 9535) of the nodes to change. */
  readonly target: string;
  /** Why the action exists and when it can go. */
  readonly description: string;
  readonly change: Change;
  /** `x-expect`: the exact number of nodes that `target` must match. */
  readonly expect: number | undefined;
  /** `x-optional`: matching nothing is not an error. */
  readonly optional: boolean;
  /** `x-until`: JSONPath of a place; once upstream's own document has it, the action no longer applies. */
  readonly until: string | undefined;
}

export type Change =
  | { readonly kind: 'update'; readonly value: JsonValue }
  | { readonly kind: 'copy'; readonly source: string }
  | { readonly kind: 'remove' }
  | { readonly kind: 'none' };

export interface Overlay {
  readonly file: string;
  readonly title: string;
  /** `x-generators-only`: the overlay is for the code generators, and not part of the effective document. */
  readonly generatorsOnly: boolean;
  readonly actions: readonly Action[];
}

/** Overlays by whom they are for. */
export interface OverlaysByAudience {
  readonly forAll: readonly Overlay[];
  readonly forGenerators: readonly Overlay[];
}

export const byAudience = (overlays: readonly Overlay[]): OverlaysByAudience => ({
  forAll: overlays.filter(({ generatorsOnly }) => !generatorsOnly),
  forGenerators: overlays.filter(({ generatorsOnly }) => generatorsOnly),
});

/** An action, and where it is. */
export interface PlacedAction {
  readonly overlay: Overlay;
  /** Counted from 0. */
  readonly index: number;
  readonly action: Action;
}

export const actionsIn = (overlays: readonly Overlay[]): PlacedAction[] =>
  overlays.flatMap((overlay) => overlay.actions.map((action, index) => ({ overlay, index, action })));

/** The overlays of a folder, in the order of their file names. */
export function readOverlays(folder: string): Overlay[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (files.length === 0)
    throw new PipelineError(`${folder}: holds no overlay (*.yaml). Restore the folder.`);
  return files.toSorted().map((name) => readOverlay(join(folder, name)));
}

/** @throws {PipelineError} if the file is no Overlay 1.0 or 1.1 document, or an action breaks a house rule. */
export function readOverlay(file: string): Overlay {
  const document = readYaml(file);
  if (!isObject(document))
    throw new PipelineError(`${file}: holds ${nameOfType(document)}, not an Overlay document.`);
  const { overlay, info, actions } = document;
  if (typeof overlay !== 'string' || !/^1\.[01]\.\d+$/.test(overlay)) {
    throw new PipelineError(`${file}: \`overlay\` is ${JSON.stringify(overlay)}. Write \`overlay: 1.1.0\`.`);
  }
  if (!isObject(info) || typeof info.title !== 'string' || typeof info.version !== 'string') {
    throw new PipelineError(`${file}: \`info\` needs a \`title\` and a \`version\`, both strings.`);
  }
  if (info.description !== undefined && typeof info.description !== 'string') {
    throw new PipelineError(
      `${file}: \`info.description\` is ${JSON.stringify(info.description)}. Write a text, or leave it out.`,
    );
  }
  refuseUnknown(info, ['title', 'version', 'description'], `${file}: \`info\``);
  if (document.extends !== undefined && typeof document.extends !== 'string') {
    throw new PipelineError(
      `${file}: \`extends\` is ${JSON.stringify(document.extends)}. Write the URI of one description, or leave it out.`,
    );
  }
  const generatorsOnly = document['x-generators-only'] ?? false;
  if (typeof generatorsOnly !== 'boolean') {
    throw new PipelineError(
      `${file}: \`x-generators-only\` is ${JSON.stringify(generatorsOnly)}. Write true, or leave it out.`,
    );
  }
  if (!Array.isArray(actions) || actions.length === 0) {
    throw new PipelineError(`${file}: \`actions\` must be a list of at least one action.`);
  }
  refuseUnknown(document, ['overlay', 'info', 'actions', 'extends'], file);
  const read = actions.map((action, index) => readAction(action, `${file}: action ${index + 1}`));
  refuseRepeated(read, file);
  return {
    file,
    title: info.title,
    generatorsOnly,
    actions: read,
  };
}

/** @throws {PipelineError} naming the place, if it is no action or breaks a house rule. */
export function readAction(action: JsonValue, place: string): Action {
  if (!isObject(action)) throw new PipelineError(`${place} is ${nameOfType(action)}, not an object.`);
  const { target, description, update, remove, copy } = action;
  const where =
    typeof description === 'string' && description.trim() !== '' ? `${place} (${description.trim()})` : place;
  if (typeof target !== 'string')
    throw new PipelineError(`${where}: needs a \`target\`, a JSONPath expression.`);
  if (typeof description !== 'string' || description.trim() === '') {
    throw new PipelineError(
      `${where} (${target}): needs a \`description\`: why it exists and when it can go.`,
    );
  }
  refuseUnknown(action, ['target', 'description', 'update', 'remove', 'copy'], where);

  const expect = action['x-expect'];
  if (expect !== undefined && (typeof expect !== 'number' || !Number.isInteger(expect) || expect < 1)) {
    throw new PipelineError(
      `${where}: \`x-expect\` is ${JSON.stringify(expect)}. Write a whole number above 0.`,
    );
  }
  const optional = action['x-optional'] ?? false;
  if (typeof optional !== 'boolean') {
    throw new PipelineError(
      `${where}: \`x-optional\` is ${JSON.stringify(optional)}. Write true, or leave it out.`,
    );
  }
  if (optional && expect !== undefined) {
    throw new PipelineError(`${where}: \`x-expect\` and \`x-optional\` exclude each other. Keep one.`);
  }
  const until = readUntil(action['x-until'], where);
  if (remove !== undefined && typeof remove !== 'boolean') {
    throw new PipelineError(`${where}: \`remove\` is ${JSON.stringify(remove)}. Write true or false.`);
  }
  if (copy !== undefined && typeof copy !== 'string') {
    throw new PipelineError(
      `${where}: \`copy\` is ${nameOfType(copy)}. Write the JSONPath of the node to copy.`,
    );
  }
  // Overlay 1.0 lets `update` stand next to `remove: true`, and gives it no effect; 1.1 makes the three exclusive.
  if (update !== undefined && copy !== undefined) {
    throw new PipelineError(`${where}: has both \`update\` and \`copy\`. Make it two actions.`);
  }
  if (update === undefined && copy === undefined && remove === undefined) {
    throw new PipelineError(`${where}: does nothing. Give it \`update\`, \`copy\` or \`remove: true\`.`);
  }
  return {
    target,
    description: description.trim(),
    change: changeOf(update, copy, remove),
    expect,
    optional,
    until,
  };
}

function readUntil(until: JsonValue | undefined, where: string): string | undefined {
  if (until === undefined) return undefined;
  if (typeof until !== 'string') {
    throw new PipelineError(
      `${where}: \`x-until\` is ${JSON.stringify(until)}. Write the JSONPath of the place that upstream's document does not have yet.`,
    );
  }
  try {
    checkExpression(until);
  } catch (cause) {
    throw new PipelineError(
      `${where}: \`x-until\` is not JSONPath (RFC 9535): ${until}\n  ${(cause as Error).message}\n  Correct the expression.`,
      { cause },
    );
  }
  return until;
}

function changeOf(
  update: JsonValue | undefined,
  copy: string | undefined,
  remove: boolean | undefined,
): Change {
  if (remove === true) return { kind: 'remove' };
  if (update !== undefined) return { kind: 'update', value: update };
  if (copy !== undefined) return { kind: 'copy', source: copy };
  return { kind: 'none' };
}

/** Equal actions change something once more, such as a list, or nothing; the specification allows neither. */
function refuseRepeated(actions: readonly Action[], file: string): void {
  for (const [index, action] of actions.entries()) {
    const first = actions.findIndex((other) => isDeepStrictEqual(other, action));
    if (first === index) continue;
    throw new PipelineError(
      `${file}: action ${index + 1} (${action.description}) is the same as action ${first + 1}. Delete one.`,
    );
  }
}

function refuseUnknown(object: JsonObject, known: readonly string[], where: string): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key) || key.startsWith('x-')) continue;
    throw new PipelineError(`${where}: unknown field \`${key}\`. Known: ${known.join(', ')}, and \`x-…\`.`);
  }
}
