import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import type { PreparedRequest } from './run-adapter.js';
import { readTools } from './run-tools-options.js';
import type { RunnableTool } from './tool.js';

/**
 * Read what `prepareRound` returned.
 *
 * @throws {ArgumentError} if it cannot be a part of a request.
 */
export function readPrepared(given: unknown): PreparedRequest | undefined {
  if (given === undefined) return undefined;
  if (!isRecord(given) || 'stream' in given)
    throw new ArgumentError(
      `\`prepareRound\` must return an object of parameters without \`stream\`, or undefined; got ${kindOf(given)}`,
    );
  const { tools, ...params } = given;
  // They are checked there.
  return { params, tools: tools === undefined ? undefined : readTools(tools as readonly RunnableTool[]) };
}
