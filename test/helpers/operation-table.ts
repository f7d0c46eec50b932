import { operations, type Operation } from '../../generated/api.gen.js';
import { readOperation } from '../../src/resources/read-operation.js';

/** Every operation that the client has. */
export const operationTable: readonly Operation[] = operations.map(readOperation);
