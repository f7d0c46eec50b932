import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { isObject, nameOfType } from '../description/json.js';
import { readYaml } from '../files/read-yaml.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import type { Problem } from '../worker/problem.js';

/** Problems that are known, and may only become fewer: each list is a file of `spec/`. */
interface List {
  readonly name: string;
  /** Whether there is no file where there is no problem. */
  readonly isOptional: boolean;
  /** What has the problems, as the subject of a sentence. */
  readonly subject: string;
  /** When a line may be added. */
  readonly advice: string;
  readonly header: string;
}

/** Those that the vendored description comes with. */
export const ofUpstream: List = {
  name: 'known-problems.yaml',
  isOptional: false,
  subject: 'The vendored description',
  advice: 'Repair them with an overlay; add a line to FILE only for a fault that upstream had before.',
  header: `# Problems of upstream's description that Redocly's \`recommended\` rules find: a rule, then \`pointer message\`, one line each.
# The list may only shrink: \`npm run codegen\` fails on a problem that is not here, and on a line that no problem matches.
`,
};

/** Those that are left after the overlays, since the routes and unions of the server make them unavoidable. */
export const unavoidable: List = {
  name: 'unavoidable-problems.yaml',
  isOptional: true,
  subject: 'The description, after the overlays,',
  advice: 'Repair them with an overlay; add a line to FILE only for what no overlay can repair.',
  header: `# Problems that Redocly's \`recommended-strict\` rules find after the overlays, and that no overlay can repair: a rule, then
# \`pointer message\`, one line each. \`npm run update-spec\` writes the list; none of them is about types that are wrong, a wrong
# response of the mock, or an operation that cannot be called. \`npm run codegen\` fails on a problem that is not here, and
# on a line that no problem matches.
`,
};

/**
 * Hold problems against the list of known ones, which may only shrink.
 *
 * The list maps a rule to lines of `pointer message`, one line a problem: what is found twice stands twice.
 *
 * @param folder - `spec/`.
 * @throws {PipelineError} for a problem that the list lacks, and for a line that no problem matches.
 */
export function compareWithKnown(problems: readonly Problem[], folder: string, list: List): void {
  const file = join(folder, list.name);
  const expected = knownProblems(folder, list);
  const found = problems.map(lineOf);

  const added = difference(found, expected);
  const stale = difference(expected, found);
  if (added.length > 0) {
    throw new PipelineError(
      `${list.subject} has ${added.length} problems that ${file} does not know:\n${bullets(added)}\n  ${list.advice.replace('FILE', file)}`,
    );
  }
  if (stale.length > 0) {
    throw new PipelineError(
      `${file} lists ${stale.length} problems that are gone (good!):\n${bullets(stale)}\n  Delete these lines: the list may only shrink.`,
    );
  }
}

/** Write a list anew; an optional one without problems goes. */
export function writeKnown(problems: readonly Problem[], folder: string, list: List): void {
  const file = join(folder, list.name);
  if (list.isOptional && problems.length === 0) return rmSync(file, { force: true });
  const byRule: Record<string, string[]> = {};
  for (const { rule, pointer, message } of problems) (byRule[rule] ??= []).push(`${pointer} ${message}`);
  const options = { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } as const;
  writeFileSync(file, list.header + stringify(byRule, options));
}

/**
 * The problems that are errors, beyond those that upstream is known to have.
 *
 * @throws {PipelineError} if the list is none.
 */
export const unknownErrors = (problems: readonly Problem[], folder: string): string[] =>
  difference(
    problems.filter(({ severity }) => severity === 'error').map(lineOf),
    knownProblems(folder, ofUpstream),
  );

/** The lines of a list as it is, for {@link lineOf} of each problem. */
export function knownProblems(folder: string, list: List): string[] {
  const file = join(folder, list.name);
  return list.isOptional && !existsSync(file) ? [] : knownLines(file);
}

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
