import { isTruncatedJson } from '../internal/is-truncated-json.js';
import { check, type Issue, type Schema } from './schema.js';
import { StructuredOutputError, type StructuredOutputFailure } from './structured-output-error.js';

/** A text that should be JSON, with its origin. */
export interface Reply {
  /** Its name in messages: `The reply`. */
  readonly subject: string;
  readonly text: string;
  readonly response: StructuredOutputFailure['response'];
}

/**
 * Parse a text as JSON, and validate it.
 *
 * @throws {StructuredOutputError} if there is no text, it is not JSON, or it does not fit.
 */
export async function readReply({ subject, text, response }: Reply, schema: Schema): Promise<unknown> {
  const fail = (problem: string, failure: Pick<StructuredOutputFailure, 'reason' | 'issues' | 'cause'>) =>
    new StructuredOutputError(`${subject} ${problem}`, { ...failure, text, response });

  if (text.trim() === '') throw fail('is empty', { reason: 'empty' });
  const checked = await check(schema, parse());
  if ('value' in checked) return checked.value;
  const { issues } = checked;
  throw fail(`does not fit the schema: ${summaryOf(issues)}`, { reason: 'mismatch', issues });

  function parse(): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const problem = isTruncatedJson(text)
        ? 'is not JSON: it is truncated'
        : 'is not JSON, but text: the model may have refused, or explained something. See `text`';
      throw fail(problem, { reason: 'not-json', cause });
    }
  }
}

const mostIssues = 3;

function summaryOf(issues: readonly Issue[]): string {
  const shown = issues
    .slice(0, mostIssues)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  const more = issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? ` (and ${more} more)` : '');
}
