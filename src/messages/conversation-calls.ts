import type { FunctionCallEntry } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';

/** The function calls among the outputs of a conversation that wait for a result of ours. */
export const callsToRun = (outputs: unknown): FunctionCallEntry[] =>
  // Calls that have a confirmation, or wait for one, are run by Mistral.
  callsIn(outputs).filter(({ confirmation_status: status }) => !status);

/** Those that Mistral runs once we have confirmed them. */
export const callsToConfirm = (outputs: unknown): FunctionCallEntry[] =>
  callsIn(outputs).filter(({ confirmation_status: status }) => status === 'pending');

const callsIn = (outputs: unknown): FunctionCallEntry[] =>
  // The description is the only witness to the type: responses are not validated.
  [outputs]
    .flat()
    .filter((entry) => isRecord(entry) && entry.type === 'function.call') as FunctionCallEntry[];
