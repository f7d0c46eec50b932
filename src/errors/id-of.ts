import { isRecord } from '../internal/is-record.js';
import { MistralError } from './mistral-error.js';

/**
 * The id of what was created.
 *
 * @param subject - What it is, and for whom: `runBatch(): the job`.
 * @throws {MistralError} if there is none, without which nothing can go on.
 */
export function idOf(created: unknown, subject: string): string {
  if (isRecord(created) && typeof created.id === 'string') return created.id;
  throw new MistralError(`${subject} that was created has no \`id\``);
}
