import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { unknownKey } from '../internal/unknown-key.js';
import { check, type JsonObject } from '../structured/schema.js';
import { describeIssues } from './describe-issues.js';
import type { ToolCallRequest } from './tool-call.js';
import type { RunnableTool, ToolContext } from './tool.js';

/**
 * What a person decides about a tool call: to allow it, perhaps with other arguments, or to deny it, perhaps with a reason for
 * the model.
 */
export type ApprovalDecision =
  | 'allow'
  | 'deny'
  | { readonly decision: 'allow'; readonly arguments?: JsonObject | undefined }
  | { readonly decision: 'deny'; readonly reason?: string | undefined };

/** A tool call that waits for a person to allow or deny it. */
export interface PendingCall extends ToolCallRequest {
  /** Who runs it once it is allowed: this package, or Mistral, which runs calls of connectors. */
  readonly runsOn: 'client' | 'server';
}

/** A decision, read. */
export interface Decision {
  readonly isAllowed: boolean;
  /** Instead of those that the model wrote, and what the schema of the tool made of them. */
  readonly changed?: { readonly arguments: JsonObject; readonly value: unknown };
  readonly reason?: string;
}

/**
 * Whether a person must allow a call.
 *
 * @throws {ArgumentError} if the tool does not say so clearly.
 */
export async function needsApproval(
  { needsApproval: given, function: { name } }: RunnableTool,
  args: unknown,
  context: ToolContext,
): Promise<boolean> {
  if (typeof given !== 'function') return given === true;
  // They have passed its schema.
  const needed: unknown = await given(args as never, context);
  if (typeof needed !== 'boolean')
    throw new ArgumentError(
      `\`needsApproval\` of the tool \`${name}\` must return a boolean, not ${kindOf(needed)}`,
    );
  return needed;
}

/**
 * Read what a caller decided.
 *
 * @param tool - The tool that runs the call; `undefined` for one that Mistral runs.
 * @param place - Where it comes from, for the message of an error.
 * @throws {ArgumentError} if it is not an {@link ApprovalDecision} for such a call.
 */
export async function readDecision(
  given: unknown,
  tool: RunnableTool | undefined,
  place: string,
): Promise<Decision> {
  const { decision, arguments: others, reason } = isRecord(given) ? given : { decision: given };
  if (decision !== 'allow' && decision !== 'deny')
    throw new ArgumentError(
      `${place} must be 'allow', 'deny' or an object such as { decision: 'deny', reason: '…' }`,
    );
  const isAllowed = decision === 'allow';
  const known = ['decision', ...(tool ? [isAllowed ? 'arguments' : 'reason'] : [])];
  const problem = isRecord(given) && unknownKey(given, known, place, {});
  if (problem)
    throw new ArgumentError(
      tool ? problem : `${problem} Mistral runs this call, and takes no more than the decision itself.`,
    );
  if (reason !== undefined && typeof reason !== 'string')
    throw new ArgumentError(`${place}: \`reason\` must be a string`);
  if (!tool || others === undefined) return { isAllowed, ...(reason === undefined ? {} : { reason }) };
  if (!isRecord(others)) throw new ArgumentError(`${place}: \`arguments\` must be an object`);
  const checked = await check(tool.parameters, others);
  if ('issues' in checked)
    throw new ArgumentError(
      `${place}: the arguments do not match the schema of the tool: ${describeIssues(checked.issues)}`,
    );
  return { isAllowed, changed: { arguments: others, value: checked.value } };
}
