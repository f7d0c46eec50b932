import type { FunctionDefinition } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { isFunctionName } from '../messages/request-name.js';
import type { JsonObject, OutputOf, Schema } from '../structured/schema.js';
import { wireSchemaOf } from '../structured/wire-schema.js';

/** The second argument of `execute`. */
export interface ToolContext {
  /** Aborts when the run is aborted, times out or fails: the tool should then stop. */
  readonly signal: AbortSignal;
  /** The id of the tool call. It is the same for a repeated call, so it can serve as an idempotency key. */
  readonly callId: string;
  /** The round of the run whose reply contains the call, counted from 1. */
  readonly round: number;
  /**
   * Tells the reader of {@link streamTools} how far the tool has come, as an event of type `tool-progress` with this value. Does
   * nothing in a run that is not streamed, and once the tool has its result.
   */
  reportProgress(progress: unknown): void;
}

/** A function that the model can call, as the API describes it and as this process runs it. */
export interface RunnableTool<Arguments = unknown, Result = unknown> {
  readonly type: 'function';
  readonly function: FunctionDefinition;
  /** The schema that validates the arguments. */
  readonly parameters: Schema<Arguments>;
  /** See {@link ToolDefinition}. */
  readonly startEarly?: boolean | undefined;
  /** See {@link ToolDefinition}. */
  readonly needsApproval?: NeedsApproval<never> | undefined;
  execute(args: Arguments, context: ToolContext): Result | PromiseLike<Result>;
}

/** Whether a person must allow a call before it runs: always, or depending on its arguments. */
export type NeedsApproval<Arguments> =
  boolean | ((args: Arguments, context: ToolContext) => boolean | PromiseLike<boolean>);

/** The argument of {@link tool}. */
export interface ToolDefinition<S extends Schema, Result> {
  /** Up to 64 letters, digits, `_` and `-`. */
  readonly name: string;
  /** Tells the model what the tool does, and when to call it. */
  readonly description: string;
  /** Describes the arguments, which are an object: a schema of zod, valibot or arktype, or plain JSON Schema. */
  readonly parameters: S;
  /** Lets the API force the model to follow the schema. */
  readonly strict?: boolean | undefined;
  /**
   * In a streamed run, start as soon as the tool call is complete, while the rest of the reply is still arriving. For tools that
   * only read: if the reply is then cut off or fails, the tool has already started, although its signal aborts.
   *
   * @default false
   */
  readonly startEarly?: boolean | undefined;
  /**
   * Whether a person must allow a call before it runs. The run asks its `onApproval`, or, without one, ends with
   * `endedBy: 'approval'` and can be resumed with {@link resumeTools}.
   *
   * @default false
   */
  readonly needsApproval?: NeedsApproval<OutputOf<S>> | undefined;
  /**
   * Runs the tool. A string is sent to the model unchanged, {@link toolContent} as content, any other result as JSON, and
   * `undefined` as `null`.
   */
  execute(args: OutputOf<S>, context: ToolContext): Result | PromiseLike<Result>;
}

const known = ['name', 'description', 'parameters', 'strict', 'startEarly', 'needsApproval', 'execute'];
const mistaken = {
  schema: 'parameters',
  inputSchema: 'parameters',
  run: 'execute',
  function: 'execute',
  requiresApproval: 'needsApproval',
  requireApproval: 'needsApproval',
};

/**
 * Define a tool for {@link runTools}. The schema is converted to JSON Schema here, once.
 *
 * The result can also be passed to `chat.complete` or `beta.agents.create` as one of its `tools`: `execute` is not serialized.
 *
 * Arguments are validated before `execute` is called, unless `parameters` is plain JSON Schema, which is only sent.
 *
 * @throws {ArgumentError} if the name, the schema or another field is invalid.
 *
 * @example
 * ```ts
 * import { tool } from 'mistral-sdk/tools';
 * import { z } from 'zod';
 *
 * const weather = tool({
 *   name: 'weather',
 *   description: 'The weather in a city, now',
 *   parameters: z.object({ city: z.string() }),
 *   execute: ({ city }) => ({ city, celsius: 21 }),
 * });
 * console.log(weather.function.parameters);
 * ```
 */
export function tool<S extends Schema, Result>(
  definition: ToolDefinition<S, Result>,
): RunnableTool<OutputOf<S>, Result> {
  if (!isRecord(definition))
    throw new ArgumentError('tool() takes an object: { name, description, parameters, execute }');
  const problem = unknownKey(definition, known, 'tool()', mistaken);
  if (problem) throw new ArgumentError(problem);
  const { name, description, parameters, strict, startEarly, needsApproval, execute } = definition;
  if (!isFunctionName(name)) {
    throw new ArgumentError(
      `The name of a tool must be up to 64 letters, digits, \`_\` and \`-\`, not ${JSON.stringify(name)}`,
    );
  }
  if (typeof description !== 'string' || description.trim() === '')
    throw new ArgumentError(
      `The tool \`${name}\` needs a \`description\`, by which the model decides when to call it`,
    );
  if (typeof execute !== 'function')
    throw new ArgumentError(`\`execute\` of the tool \`${name}\` must be a function`);
  for (const [option, given] of Object.entries({ strict, startEarly }))
    if (given !== undefined && typeof given !== 'boolean')
      throw new ArgumentError(`\`${option}\` of the tool \`${name}\` must be a boolean`);
  if (!['undefined', 'boolean', 'function'].includes(typeof needsApproval))
    throw new ArgumentError(`\`needsApproval\` of the tool \`${name}\` must be a boolean or a function`);

  const place = `\`parameters\` of the tool \`${name}\``;
  const schema = wireSchemaOf(parameters, place);
  if (!describesObject(schema))
    throw new ArgumentError(`${place} must describe an object whose properties are the arguments`);
  const described = {
    type: 'function' as const,
    function: {
      name,
      description,
      ...(strict === undefined ? {} : { strict }),
      parameters: { type: 'object', ...schema },
    },
  };
  // Not enumerable, so that a request with this tool contains only its description.
  const runtime = { parameters, startEarly, needsApproval, execute: execute.bind(definition) };
  for (const [field, value] of Object.entries(runtime)) Object.defineProperty(described, field, { value });
  return described as typeof described & Pick<RunnableTool<OutputOf<S>, Result>, keyof typeof runtime>;
}

/** Whether a schema describes objects only. */
function describesObject({ type, anyOf, oneOf }: JsonObject): boolean {
  if (type !== undefined) return type === 'object';
  return [anyOf, oneOf].flat().every((member) => !isRecord(member) || describesObject(member));
}

/** The descriptions of tools for a request. */
export const describeTools = (
  tools: ReadonlyMap<string, RunnableTool>,
): Pick<RunnableTool, 'type' | 'function'>[] =>
  Array.from(tools.values(), (each) => ({ type: each.type, function: each.function }));
