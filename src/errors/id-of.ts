import { isRecord } from '../internal/is-record.js';
import { MistralError } from './mistral-error.js';

/**
 * The id of a created resource.
 *
 * @param subject - Names it in the error: `runBatch(): the job`.
 * @throws {MistralError} if there is none.
 */
export function idOf(created: unknown, subject: string): string {
  if (isRecord(created) && typeof created.id === 'string') return created.id;
  throw new MistralError(`${subject} that was created has no \`id\``);
}
