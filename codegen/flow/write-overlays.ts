import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { JsonObject } from '../description/json.js';
import { formatText } from '../files/format.js';
import { appendActions, editOverlay, type Edit } from '../overlay/edit.js';
import type { Unsettled } from '../overlay/settle.js';
import { keptFile } from '../propose/keep-dropped.js';
import type { Proposal } from '../propose/proposal.js';
import type { Adopted } from './adopt.js';

/** After all others but those for the generators: it says what is missing when these were applied. */
export const proposedFile = '80-proposed.overlay.yaml';
const namesFile = '70-names.overlay.yaml';

/** What became of the actions that an overlay folder had, each with its place: `overlays/50-pages.overlay.yaml:16-21`. */
export interface Edited {
  /** Actions that were deleted, each with the reason. */
  readonly deleted: readonly string[];
  /** Actions that change another number of places than before. */
  readonly recounted: readonly string[];
  readonly forgotten: readonly (Unsettled & { readonly place: string })[];
}

/**
 * Write into overlays what a version needs: actions that have nothing left to change go, counts are corrected, and what
 * was kept and proposed is added.
 */
export async function writeAdopted(adopted: Adopted, folder: string): Promise<Edited> {
  const edited = await writeSettled(adopted);
  await append(
    join(folder, keptFile),
    'What upstream dropped and stays, with all that it refers to',
    adopted.kept,
  );
  await appendProposals(folder, [...adopted.structure, ...adopted.namesOfMade]);
  await append(join(folder, namesFile), 'Where each operation lives on the client', adopted.names);
  return edited;
}

/** Add proposals to the overlay that is for review. */
export const appendProposals = (folder: string, proposals: readonly Proposal[]): Promise<void> =>
  append(join(folder, proposedFile), 'What rules propose, for review', proposals);

/** Delete and count again what does not fit, in the files that have it. */
export async function writeSettled({
  forgotten,
  unsettled,
}: Pick<Adopted, 'forgotten' | 'unsettled'>): Promise<Edited> {
  const edits = [...forgotten, ...unsettled];
  const lines = { deleted: [] as string[], recounted: [] as string[] };
  const places = new Map<Unsettled, string>();
  for (const file of [...new Set(edits.map(({ overlay }) => overlay.file))].toSorted()) {
    const own = edits.filter(({ overlay }) => overlay.file === file);
    const { text, edited } = editOverlay(readFileSync(file, 'utf8'), own.map(editFor));
    for (const { edit, firstLine, lastLine } of edited) {
      const unsettledAction = own.find(({ index }) => index === edit.index)!;
      const { action, reason } = unsettledAction;
      const place = `overlays/${basename(file)}:${firstLine}`;
      places.set(unsettledAction, `${place}-${lastLine}`);
      if (edit.kind === 'recount')
        lines.recounted.push(`${place}: ${action.target}: ${action.expect} → ${edit.matches}`);
      else if (!forgotten.includes(unsettledAction))
        lines.deleted.push(`${place}-${lastLine}: ${action.target}: ${reason}`);
    }
    if (text === undefined) rmSync(file);
    else await writeOverlay(file, text);
  }
  return { ...lines, forgotten: forgotten.map((each) => ({ ...each, place: places.get(each)! })) };
}

const editFor = ({ index, matches }: Unsettled): Edit =>
  matches === undefined ? { index, kind: 'delete' } : { index, kind: 'recount', matches };

async function append(file: string, title: string, proposals: readonly Proposal[]): Promise<void> {
  if (proposals.length === 0) return;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  await writeOverlay(file, appendActions(text, title, proposals as unknown as JsonObject[]));
}

async function writeOverlay(file: string, text: string): Promise<void> {
  writeFileSync(file, await formatText(text, basename(file)));
}
