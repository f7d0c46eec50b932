import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { isPromise } from '../internal/until-aborted.js';
import { errorName } from './error-name.js';
import { recordContent } from './record-content.js';
import { recordFailure } from './record-failure.js';
import type { Recording } from './recording.js';
import type { Attributes, Span, SpanScope } from './span.js';

/** Name and description of a tool. */
interface ToolName {
  readonly name: string;
  readonly description?: string | undefined;
}

/** A tool with its name on the tool itself or, as in a request, on its `function`. */
export type TraceableTool = {
  /** Called with the arguments and possibly an object with the `callId`. */
  readonly execute: (...args: never[]) => unknown;
} & (ToolName | { readonly function: ToolName });

/**
 * The same tool with a span around each execution, in which the spans of its work are nested. Arguments and results are
 * recorded only if content is captured.
 *
 * @param owner - The public function, for messages.
 * @param scope - Makes the scope of an execution.
 * @throws {ArgumentError} for a tool without a name or `execute`.
 */
export function observeTool<Tool extends TraceableTool, S extends Span>(
  owner: string,
  tool: Tool,
  recording: Recording,
  scope: () => SpanScope<S>,
): Tool {
  const named = isRecord(tool) ? nameOf(tool) : undefined;
  if (typeof named?.name !== 'string' || typeof tool.execute !== 'function')
    throw new ArgumentError(`${owner} takes a tool with a \`name\` and a function \`execute\``);
  const { name, description } = named;
  const traced = (...args: never[]) => traceExecution({ name, description }, tool, args, recording, scope);
  // With all other properties, enumerable or not, so that it can replace the tool.
  const { execute, ...others } = Object.getOwnPropertyDescriptors(tool);
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...others,
    execute: { value: traced, enumerable: execute?.enumerable === true },
  }) as Tool;
}

const nameOf = (tool: TraceableTool): Partial<ToolName> | undefined =>
  'function' in tool ? tool.function : tool;

function traceExecution<S extends Span>(
  named: ToolName,
  tool: TraceableTool,
  args: never[],
  recording: Recording,
  scopeOf: () => SpanScope<S>,
): unknown {
  /** A failing tracer, or a value that is not JSON, must not fail the tool. */
  const safely = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      recording.warn(`the execution of a tool was not traced completely, after ${errorName(error)}`);
      return undefined;
    }
  };
  const scope = safely(scopeOf);
  const span = safely(() => scope?.start(`execute_tool ${named.name}`, 'internal', describe(named, args[1])));
  if (!scope || !span) return tool.execute(...args);
  const record = (place: string, value: unknown) => {
    if (recording.captureContent && span.isRecording())
      recordContent(span, { [place]: textOf(value) }, recording);
  };
  // Before it is executed, as a tool may modify its arguments.
  safely(() => record('gen_ai.tool.call.arguments', args[0]));
  const about: unknown = args[1];
  const signal = isRecord(about) ? about.signal : undefined;
  let hasEnded = false;
  const end = (finish: () => void) =>
    safely(() => {
      if (hasEnded) return;
      hasEnded = true;
      if (signal instanceof AbortSignal) signal.removeEventListener('abort', giveUp);
      try {
        if (span.isRecording()) finish();
      } finally {
        span.end();
      }
    });
  const succeed = (result: unknown) => end(() => record('gen_ai.tool.call.result', result));
  const fail = (error: unknown) => end(() => recordFailure(span, error, recording));
  // The run does not wait for a tool that ignores its signal.
  const giveUp = () => fail((signal as AbortSignal).reason);
  try {
    const result = scope.within(span, () => tool.execute(...args));
    if (!isPromise(result)) {
      succeed(result);
      return result;
    }
    if (signal instanceof AbortSignal) {
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp);
    }
    // Some have a `then` that returns nothing.
    return Promise.resolve(result).then(
      (value) => {
        succeed(value);
        return value;
      },
      (error: unknown) => {
        fail(error);
        throw error;
      },
    );
  } catch (error) {
    fail(error);
    throw error;
  }
}

const describe = ({ name, description }: ToolName, about: unknown): Attributes => ({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': name,
  'gen_ai.tool.type': 'function',
  ...(typeof description === 'string' ? { 'gen_ai.tool.description': description } : {}),
  ...(isRecord(about) && typeof about.callId === 'string' ? { 'gen_ai.tool.call.id': about.callId } : {}),
});

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value);
