import type { FunctionDefinition } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { isFunctionName } from '../messages/request-name.js';
import type { JsonObject, OutputOf, Schema } from '../structured/schema.js';
import { wireSchemaOf } from '../structured/wire-schema.js';

/** The second argument of a tool. */
export interface ToolContext {
  /** Aborts when the run is aborted, has no time left, or failed: whatever the tool does should end then. */
  readonly signal: AbortSignal;
  /** The id of the call: the same call always has the same, so it can serve as an idempotency key. */
  readonly callId: string;
  /** Which request to the model asked for it, counted from 1. */
  readonly round: number;
}

/** A function that the model can call, as the API describes it and as this process runs it. */
export interface RunnableTool<Arguments = unknown, Result = unknown> {
  readonly type: 'function';
  readonly function: FunctionDefinition;
  /** What the arguments are checked against. */
  readonly parameters: Schema<Arguments>;
  /** See {@link ToolDefinition}. */
  readonly startEarly?: boolean | undefined;
  execute(args: Arguments, context: ToolContext): Result | PromiseLike<Result>;
}

/** What {@link tool} is given. */
export interface ToolDefinition<S extends Schema, Result> {
  /** Up to 64 letters, digits, `_` and `-`. */
  readonly name: string;
  /** Says to the model what the tool does, and when to call it. */
  readonly description: string;
  /** What its arguments are: a schema of zod, valibot or arktype, or plain JSON Schema, of an object. */
  readonly parameters: S;
  /** Have the API keep the model to the schema. */
  readonly strict?: boolean | undefined;
  /**
   * In a streamed run, start as soon as the call is whole, while the model still writes the rest of its reply. For tools that
   * only read: a reply that is then cut or fails has been acted on, though the tool is told to stop by its signal.
   *
   * @default false
   */
  readonly startEarly?: boolean | undefined;
  /**
   * Runs the tool. A string that it returns goes to the model as it is, and anything else as JSON; `undefined` goes
   * as `null`.
   */
  execute(args: OutputOf<S>, context: ToolContext): Result | PromiseLike<Result>;
}

const known = ['name', 'description', 'parameters', 'strict', 'startEarly', 'execute'];
const mistaken = { schema: 'parameters', inputSchema: 'parameters', run: 'execute', function: 'execute' };

/**
 * Define a tool for {@link runTools}. The schema becomes JSON Schema here, once.
 *
 * The result has the form in which requests describe a tool, so it can also be given to `chat.complete`, or to
 * `beta.agents.create`, as one of its `tools`: what runs it is not written to JSON.
 *
 * Arguments are checked before `execute` sees them, unless `parameters` is plain JSON Schema, which is only sent.
 *
 * @throws {ArgumentError} if the name, the schema or something else cannot be right.
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
  const { name, description, parameters, strict, startEarly, execute } = definition;
  if (!isFunctionName(name)) {
    throw new ArgumentError(
      `The name of a tool must be up to 64 letters, digits, \`_\` and \`-\`, not ${JSON.stringify(name)}`,
    );
  }
  if (typeof description !== 'string' || description.trim() === '')
    throw new ArgumentError(`The tool \`${name}\` needs a \`description\`: the model decides by it`);
  if (typeof execute !== 'function')
    throw new ArgumentError(`\`execute\` of the tool \`${name}\` must be a function`);
  for (const [option, given] of Object.entries({ strict, startEarly }))
    if (given !== undefined && typeof given !== 'boolean')
      throw new ArgumentError(`\`${option}\` of the tool \`${name}\` must be a boolean`);

  const place = `\`parameters\` of the tool \`${name}\``;
  const schema = wireSchemaOf(parameters, place);
  if (!describesObject(schema))
    throw new ArgumentError(`${place} must describe an object: the arguments by their names`);
  const made = {
    type: 'function' as const,
    function: {
      name,
      description,
      ...(strict === undefined ? {} : { strict }),
      parameters: { type: 'object', ...schema },
    },
  };
  // Not enumerable, so that a request that carries the tool carries its description alone.
  const hidden = { parameters, startEarly, execute: execute.bind(definition) };
  for (const [field, value] of Object.entries(hidden)) Object.defineProperty(made, field, { value });
  return made as typeof made & Pick<RunnableTool<OutputOf<S>, Result>, keyof typeof hidden>;
}

/** Whether all that a schema allows may be objects. */
function describesObject({ type, anyOf, oneOf }: JsonObject): boolean {
  if (type !== undefined) return type === 'object';
  return [anyOf, oneOf].flat().every((member) => !isRecord(member) || describesObject(member));
}

/** Tools as requests describe them. */
export const describeTools = (
  tools: ReadonlyMap<string, RunnableTool>,
): Pick<RunnableTool, 'type' | 'function'>[] =>
  Array.from(tools.values(), (each) => ({ type: each.type, function: each.function }));
