import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { parseDocument, stringify } from 'yaml';

import { DisagreementError } from '../generate/cross-check.js';
import { formatText } from '../files/format.js';
import type { JsonObject } from '../description/json.js';
import { lint } from '../lint/lint.js';
import type { Problem } from '../worker/problem.js';
import { repairSpelling } from '../repair/repair-document.js';
import { appendActions, editOverlay, type Edit } from '../overlay/edit.js';
import { readOverlays, type Action, type Overlay } from '../overlay/overlay.js';
import { settleOverlays, supersededActions, withoutActions, type Unsettled } from '../overlay/settle.js';
import { PipelineError } from '../run/pipeline-error.js';
import { runPipeline, type Project } from './pipeline.js';
import { isLeftOut, leaveOutUnreadable } from '../propose/leave-out-unsound.js';
import { noteDifferences } from '../generate/differences.js';
import { keepDropped } from '../propose/keep-dropped.js';
import { repairProblems } from '../propose/lint.js';
import { applyAll, propose, readProposal } from '../propose/propose.js';
import { isProposal, type Proposal } from '../propose/proposal.js';
import { placeOf } from '../propose/separate-operations.js';
import { readText, readYaml } from '../files/read-yaml.js';
import { readUpstreamYaml } from '../files/read-upstream.js';
import { replaceFolder } from '../files/replace-folder.js';
import { routesOf } from '../description/routes.js';
import { stages, type Stage } from '../run/stage.js';
import { writeDocument } from '../files/write-document.js';

/** A version of the description to vendor. */
export interface NewVersion {
  readonly text: string;
  /** What to call it in messages: its file or URL. */
  readonly name: string;
  /** What to call the version in `source.json`, such as `2026-07-15`; the beginning of its sha256 if left out. */
  readonly version?: string | undefined;
  /** Which file of upstream's it is, for `source.json`; what its URL or its own name says if left out. */
  readonly file?: string | undefined;
}

/** What was done to follow upstream, for a person to review. */
export interface Update {
  /** `overlays/50-pagination.overlay.yaml:16-21: …`: actions that were deleted, each with the reason. */
  readonly deleted: readonly string[];
  /** Actions that change another number of places than before. */
  readonly recounted: readonly string[];
  /** Components that upstream dropped and our overlays refer to, which stay. */
  readonly kept: readonly string[];
  /** Actions that were added, to overlays that say so. */
  readonly proposed: readonly string[];
  /** Operations that upstream does not define soundly. */
  readonly leftOut: readonly string[];
}

// After all others but those for the generators: it says what is missing when these were applied.
const proposedFile = '80-proposed.overlay.yaml';
const proposedTitle = 'What rules propose, for review';
// Before all others, which change what is kept as they changed it when it was upstream's.
const keptFile = '05-kept.overlay.yaml';
const namesFile = '70-names.overlay.yaml';

/**
 * Vendor a version of the description, bring the overlays up to it, and generate.
 *
 * All of it happens aside: when a stage fails, the project is as it was.
 *
 * @throws {PipelineError} naming what is at fault, and what would repair it.
 */
export async function updateSpec(
  project: Project,
  version: NewVersion,
  report: (stage: Stage) => void,
): Promise<Update> {
  const root = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  const aside = {
    spec: join(root, 'spec'),
    overlays: join(root, 'overlays'),
    generated: join(root, 'generated'),
  };
  try {
    cpSync(project.spec, aside.spec, { recursive: true });
    cpSync(project.overlays, aside.overlays, { recursive: true });
    const update = await runStages(aside, version, report);
    await replaceAll(['spec', 'overlays', 'generated'], project, aside);
    return update;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    // The folders aside are gone when the message is read.
    throw new PipelineError(error.message.replaceAll(`${root}/`, ''), { cause: error });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The first folder is replaced last: each is copied before any is. */
async function replaceAll(
  [folder, ...others]: readonly (keyof Project)[],
  project: Project,
  by: Project,
): Promise<void> {
  if (folder === undefined) return;
  await replaceFolder(project[folder], (next) => {
    cpSync(by[folder], next, { recursive: true });
    return replaceAll(others, project, by);
  });
}

async function runStages(
  project: Project,
  version: NewVersion,
  report: (stage: Stage) => void,
): Promise<Update> {
  const stage = stages(report);
  const last = lastVersion(project);
  const document = await stage(
    'vendor',
    () => vendor(project.spec, version),
    ({ paths }) => `${Object.keys(paths as JsonObject).length} paths`,
  );

  const kept = keepDropped(document, last, readOverlays(project.overlays));
  await append(join(project.overlays, keptFile), 'What upstream dropped, and our overlays refer to', kept);
  const { deleted, recounted, forgotten } = await stage(
    'settle',
    () => settle(document, readOverlays(project.overlays)),
    (settled) => `${settled.deleted.length} actions deleted, ${settled.recounted.length} recounted`,
  );

  const added = await stage(
    'propose',
    () => proposeAll(document, project.overlays),
    ({ structure, names }) => `${structure.length} actions, ${names.length} names`,
  );
  const differing = await runKnowingDifferences(project, report);
  const line = (file: string, { target, description }: Proposal) =>
    `overlays/${file}: ${target}: ${description}`;
  // What was proposed for the last version, too, is no news.
  const before = new Map(forgotten.map((each) => [identityOf(each.action), each]));
  const now = new Set([...added.structure, ...differing, ...added.names].map(identityOfProposal));
  const isNew = (proposal: Proposal) => !before.has(identityOfProposal(proposal));
  return {
    deleted: [
      ...deleted,
      ...forgotten
        .filter(({ action }) => !now.has(identityOf(action)))
        .map(({ place, action }) => `${place}: ${action.target}: Is proposed no longer.`),
    ],
    recounted,
    kept: kept.map((each) => `overlays/${keptFile}: ${each['x-until']}`),
    proposed: [
      ...[...added.structure, ...differing]
        .filter((proposal) => !isLeftOut(proposal) && isNew(proposal))
        .map((proposal) => line(proposedFile, proposal)),
      ...added.names
        .filter(isNew)
        .map(({ target, update }) => `${target}: \`${String((update as JsonObject).operationId)}\``),
    ],
    leftOut: added.structure
      .filter((proposal) => isLeftOut(proposal) && isNew(proposal))
      .map((proposal) => line(proposedFile, proposal)),
  };
}

const identityOf = ({ target, description, change }: Action): string =>
  JSON.stringify([target, description, change]);

const identityOfProposal = (proposal: Proposal): string => identityOf(readProposal(proposal));

/** The version that is vendored, with what was kept for it of the one before. */
function lastVersion({ spec, overlays }: Project): JsonObject {
  const document = readYaml(join(spec, 'openapi.yaml')) as JsonObject;
  repairSpelling(document);
  settleOverlays(
    document,
    readOverlays(overlays).filter(({ file }) => basename(file) === keptFile),
  );
  return document;
}

/** Where the generators disagree, that is noted, and the pipeline run again. */
async function runKnowingDifferences(project: Project, report: (stage: Stage) => void): Promise<Proposal[]> {
  try {
    await runPipeline(project, report);
    return [];
  } catch (error) {
    if (!(error instanceof DisagreementError)) throw error;
    const proposals = noteDifferences(error.readings);
    await append(join(project.overlays, proposedFile), proposedTitle, proposals);
    await runPipeline(project, report);
    return proposals;
  }
}

/** Put the version into `spec/`, with where it came from and the problems that it has. */
async function vendor(
  folder: string,
  { text, name, version, file: upstreamFile }: NewVersion,
): Promise<JsonObject> {
  const document = readUpstreamYaml(text, name);
  const isValid = parseDocument(text, { logLevel: 'silent' }).errors.length === 0;
  const vendored = isValid ? text : stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  const file = join(folder, 'openapi.yaml');
  writeFileSync(file, vendored);

  const sourceFile = join(folder, 'source.json');
  const { note: _, ...source } = readYaml(sourceFile) as JsonObject;
  const sha256 = createHash('sha256').update(vendored).digest('hex');
  const note = "Written anew from what it says: upstream's own file of that version is not valid YAML.";
  const said = {
    ...source,
    ...originOf(name),
    ...(upstreamFile === undefined ? {} : { file: upstreamFile }),
    version: version ?? sha256.slice(0, 12),
    sha256,
    ...(isValid ? {} : { note }),
  };
  writeFileSync(sourceFile, `${JSON.stringify(said, undefined, 2)}\n`);

  writeKnownProblems(join(folder, 'known-problems.yaml'), await lint(file, 'recommended'));
  repairSpelling(document);
  return document;
}

/** Which file a description is, and of which repository, as far as its name tells. */
function originOf(name: string): { readonly repository?: string; readonly file: string } {
  const ofGitHub = /^https:\/\/raw\.githubusercontent\.com\/([^/]+\/[^/]+)\/[^/]+\/([^?#]+)/.exec(name);
  if (ofGitHub) return { repository: ofGitHub[1]!, file: ofGitHub[2]! };
  return { file: basename(URL.canParse(name) ? new URL(name).pathname : name) };
}

function writeKnownProblems(file: string, problems: readonly Problem[]): void {
  const header = readText(file)
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .join('\n');
  const byRule: Record<string, string[]> = {};
  for (const { rule, pointer, message } of problems) (byRule[rule] ??= []).push(`${pointer} ${message}`);
  writeFileSync(
    file,
    `${header}\n${stringify(byRule, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}`,
  );
}

/** A proposal for an earlier version that nobody has reviewed, and where it stood. */
interface Forgotten {
  readonly place: string;
  readonly action: Action;
}

/**
 * Delete the actions that have nothing left to change or that upstream has superseded, and correct the counts of others.
 * Proposals that nobody has reviewed are forgotten: made for another version, they may harm this one, which may get
 * them anew.
 */
async function settle(
  document: JsonObject,
  written: readonly Overlay[],
): Promise<{ deleted: string[]; recounted: string[]; forgotten: Forgotten[] }> {
  const proposals = written.flatMap((overlay) =>
    overlay.actions.flatMap((action, index): Unsettled[] =>
      isProposal(action) ? [{ overlay, index, action, reason: '' }] : [],
    ),
  );
  const overlays = withoutActions(written, proposals);
  // What is for the generators alone is for another document, but ends with this one, too.
  const forGenerators = overlays.filter(({ generatorsOnly }) => generatorsOnly);
  const unsettled = [
    ...supersededActions(document, forGenerators),
    ...settleOverlays(
      document,
      overlays.filter((overlay) => !forGenerators.includes(overlay)),
    ),
  ];
  const deleted: string[] = [];
  const recounted: string[] = [];
  const forgotten: Forgotten[] = [];
  for (const overlay of overlays) {
    const own = [...proposals, ...unsettled].filter((each) => each.overlay.file === overlay.file);
    if (own.length === 0) continue;
    const { text, edited } = editOverlay(readFileSync(overlay.file, 'utf8'), own.map(editFor));
    for (const { edit, firstLine, lastLine } of edited) {
      const { action, reason } = own.find(({ index }) => index === edit.index)!;
      const place = `overlays/${basename(overlay.file)}:${firstLine}`;
      if (isProposal(action)) forgotten.push({ place: `${place}-${lastLine}`, action });
      else if (edit.kind === 'delete') deleted.push(`${place}-${lastLine}: ${action.target}: ${reason}`);
      else recounted.push(`${place}: ${action.target}: ${action.expect} → ${edit.matches}`);
    }
    if (text === undefined) rmSync(overlay.file);
    else await writeOverlay(overlay.file, text);
  }
  return { deleted, recounted, forgotten };
}

const editFor = ({ index, matches }: Unsettled): Edit =>
  matches === undefined ? { index, kind: 'delete' } : { index, kind: 'recount', matches };

interface Added {
  readonly structure: readonly Proposal[];
  readonly names: readonly Proposal[];
}

/** Write what the document needs beyond its overlays into them. */
async function proposeAll(document: JsonObject, folder: string): Promise<Added> {
  const unreadable = applyAll(document, leaveOutUnreadable(document));
  const described = new Set(routesOf(document).map(placeOf));
  const { structure, names } = propose(document);
  const repairs = await repairWhatLints(document, dirname(folder));
  // Operations that the proposals made can be named after them alone.
  const made = names.filter(({ target }) => !described.has(target));
  const given = names.filter(({ target }) => described.has(target));
  await append(join(folder, proposedFile), proposedTitle, [...unreadable, ...structure, ...made, ...repairs]);
  await append(join(folder, namesFile), 'Where each operation lives on the client', given);
  return { structure: [...unreadable, ...structure, ...repairs], names };
}

const mostRounds = 5;

/** What one repair takes away may leave something else unused, so it goes on until nothing changes. */
async function repairWhatLints(document: JsonObject, aside: string): Promise<Proposal[]> {
  const applied: Proposal[] = [];
  const folder = mkdtempSync(join(aside, 'effective-'));
  try {
    for (let round = 0; round < mostRounds; round += 1) {
      const repairs = repairProblems(await lint(await writeDocument(document, folder), 'recommended-strict'));
      const fitting = repairs.filter((repair) => fits(document, repair));
      if (fitting.length === 0) break;
      applied.push(...fitting);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return applied;
}

/** Applies a repair; one that another has made needless changes nothing. */
function fits(document: JsonObject, repair: Proposal): boolean {
  try {
    applyAll(document, [repair]);
    return true;
  } catch {
    return false;
  }
}

async function append(file: string, title: string, proposals: readonly Proposal[]): Promise<void> {
  if (proposals.length === 0) return;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  await writeOverlay(file, appendActions(text, title, proposals as unknown as JsonObject[]));
}

async function writeOverlay(file: string, text: string): Promise<void> {
  writeFileSync(file, await formatText(text, basename(file)));
}
