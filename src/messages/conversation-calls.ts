import type { FunctionCallEntry } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';

/** The function calls in the outputs of a conversation whose results the caller has to send. */
export const callsToRun = (outputs: unknown): FunctionCallEntry[] =>
  // Mistral runs calls that have a confirmation, or wait for one.
  callsIn(outputs).filter(({ confirmation_status: status }) => !status);

/** The calls that Mistral runs after a confirmation. */
export const callsToConfirm = (outputs: unknown): FunctionCallEntry[] =>
  callsIn(outputs).filter(({ confirmation_status: status }) => status === 'pending');

const callsIn = (outputs: unknown): FunctionCallEntry[] =>
  // The type is the description's: responses are not validated.
  [outputs]
    .flat()
    .filter((entry) => isRecord(entry) && entry.type === 'function.call') as FunctionCallEntry[];
