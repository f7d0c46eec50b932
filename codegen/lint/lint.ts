import { serialize } from 'node:v8';

import type { JsonObject } from '../description/json.js';
import { PipelineError } from '../run/pipeline-error.js';
import type { Problem, Ruleset } from '../worker/problem.js';
import { runInWorker } from '../worker/run-in-worker.js';

/** Let Redocly load, in its thread, before there is anything to lint. */
export const prepareLinter = (): Promise<void> => runInWorker('loadLinter', {});

/**
 * Lint an OpenAPI description with Redocly's rules, and with nothing of a `redocly.yaml` in the working folder.
 *
 * @param document - As it is now, whatever becomes of it while the linter reads it.
 * @param name - What to call it in a message.
 * @throws {PipelineError} if Redocly cannot read it.
 */
export async function lint(document: JsonObject, ruleset: Ruleset, name: string): Promise<Problem[]> {
  try {
    return await problemsOf({ document, ruleset });
  } catch (cause) {
    throw new PipelineError(`${name}: Redocly could not lint it:\n${(cause as Error).message}`, { cause });
  }
}

type LintInput = Parameters<typeof runInWorker<'lint'>>[1];

let last: { readonly input: Buffer; readonly problems: Promise<Problem[]> } | undefined;

/** What is linted twice running, to the last byte, has the same problems: nothing is left to repair, and is judged next. */
function problemsOf(asked: LintInput): Promise<Problem[]> {
  const input = serialize(asked);
  if (last === undefined || !last.input.equals(input)) last = { input, problems: runInWorker('lint', asked) };
  return last.problems;
}
