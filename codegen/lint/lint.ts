import { runInWorker } from '../worker/run-in-worker.js';
import { isObject, nameOfType } from '../description/json.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import type { Problem, Ruleset } from '../worker/problem.js';
import { readYaml } from '../files/read-yaml.js';

/**
 * Lint an OpenAPI description with Redocly's rules, and with nothing of a `redocly.yaml` that may be about.
 *
 * @throws {PipelineError} if Redocly cannot read the file.
 */
export async function lint(file: string, ruleset: Ruleset): Promise<Problem[]> {
  try {
    return await runInWorker('lint', { file, ruleset });
  } catch (cause) {
    throw new PipelineError(`${file}: Redocly could not lint it:\n${(cause as Error).message}`, { cause });
  }
}

/**
 * Hold problems against the list of known ones, which may only shrink.
 *
 * The list maps a rule to lines of `pointer message`, one line a problem: what is found twice stands twice.
 *
 * @throws {PipelineError} for a problem that the list lacks, and for a line that no problem matches.
 */
export function compareWithKnown(problems: readonly Problem[], file: string): void {
  const expected = knownLines(file);
  const found = problems.map(lineOf);

  const added = difference(found, expected);
  const stale = difference(expected, found);
  if (added.length > 0) {
    throw new PipelineError(
      `The vendored description has ${added.length} problems that ${file} does not know:\n${bullets(added)}\n  Repair them with an overlay; add a line to ${file} only for a fault that upstream had before.`,
    );
  }
  if (stale.length > 0) {
    throw new PipelineError(
      `${file} lists ${stale.length} problems that are gone (good!):\n${bullets(stale)}\n  Delete these lines: the list may only shrink.`,
    );
  }
}

/**
 * The problems that are errors, beyond those that a list knows.
 *
 * @throws {PipelineError} if the list is none.
 */
export const unknownErrors = (problems: readonly Problem[], file: string): string[] =>
  difference(problems.filter(({ severity }) => severity === 'error').map(lineOf), knownLines(file));

function knownLines(file: string): string[] {
  const known = readYaml(file);
  if (!isObject(known)) throw new PipelineError(`${file}: must map each rule to a list of problems.`);
  return Object.entries(known).flatMap(([rule, lines]) => {
    // A rule whose last line was deleted is left with nothing.
    if (lines === null) return [];
    if (Array.isArray(lines)) return lines.map((line) => `${rule}: ${String(line)}`);
    throw new PipelineError(
      `${file}: must map each rule to a list of problems; \`${rule}\` holds ${nameOfType(lines)}.`,
    );
  });
}

/** One line of the list of known problems. */
export const lineOf = ({ rule, pointer, message }: Problem): string => `${rule}: ${pointer} ${message}`;

/** What `left` holds beyond `right`, counting repeats. */
function difference(left: readonly string[], right: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of right) counts.set(item, (counts.get(item) ?? 0) + 1);
  return left.filter((item) => {
    const count = counts.get(item) ?? 0;
    counts.set(item, count - 1);
    return count <= 0;
  });
}
