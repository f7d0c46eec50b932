import type { JsonObject } from '../description/json.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import { compareWithKnown, ofUpstream, unknownErrors } from './known-problems.js';
import { lint } from './lint.js';

/**
 * Hold the vendored description against the problems that it is known to have.
 *
 * @param folder - `spec/`.
 * @returns the number of problems.
 * @throws {PipelineError} for a problem that is not known, and for one that is gone.
 */
export async function lintUpstream(document: JsonObject, folder: string): Promise<number> {
  const name = `${folder}/openapi.yaml`;
  const problems = await lint(document, 'recommended', name);
  const errors = unknownErrors(problems, folder);
  if (errors.length > 0) {
    throw new PipelineError(
      `${name}: Redocly finds errors:\n${bullets(errors)}\n  The vendored file is damaged, or upstream's is: bring in a version that lints, or one through \`npm run update-spec\`, which repairs what it can.`,
    );
  }
  compareWithKnown(problems, folder, ofUpstream);
  return problems.length;
}
