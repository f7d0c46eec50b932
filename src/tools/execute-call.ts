import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { isRecord } from '../internal/is-record.js';
import { untilAborted } from '../internal/until-aborted.js';
import { check, type Issue } from '../structured/schema.js';
import { writeJson } from '../transport/write-json.js';
import type { RunnableTool, ToolContext } from './tool.js';

/** A call of a tool, as the model asks for it. */
export interface ToolCallRequest {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** What became of a call. */
export type ToolCallResult = ToolCallRequest & {
  /** What goes to the model. */
  readonly content: string;
  /** The model asked for the same again: this is what came of it then, and nothing was run. */
  readonly isRepeated?: true;
} & (
    | {
        readonly status: 'done';
        /** What the tool returned. */
        readonly value: unknown;
      }
    | {
        readonly status: 'failed';
        /** What the tool threw; absent if it was not run, for its arguments or its name. */
        readonly error?: unknown;
      }
    /** The run ended first. The tool may still have done its work, unless it stopped at its signal. */
    | { readonly status: 'cancelled' }
  );

/** Errors go to the model, which reads and pays for them. */
const longestProblemBytes = 2048;

/** Run one call. Never rejects: what goes wrong is a result, too. */
export async function executeCall(
  call: ToolCallRequest,
  tools: ReadonlyMap<string, RunnableTool>,
  context: Pick<ToolContext, 'signal' | 'round'>,
): Promise<ToolCallResult> {
  const { signal, round } = context;
  const tool = tools.get(call.name);
  if (!tool)
    return failed(
      call,
      `There is no tool ${JSON.stringify(call.name)}; there is ${[...tools.keys()].join(', ')}`,
    );
  const parsed = parseArguments(call.arguments);
  if (!parsed) return failed(call, 'The arguments are not a JSON object');
  try {
    const run = async () => {
      const checked = await check(tool.parameters, parsed);
      if ('issues' in checked) return failed(call, `The arguments do not fit: ${describe(checked.issues)}`);
      signal.throwIfAborted();
      const value = await tool.execute(checked.value, { signal, round, callId: call.id });
      return { ...call, status: 'done' as const, value, content: contentOf(value) };
    };
    return await untilAborted(signal, run());
  } catch (error) {
    if (signal.aborted) return cancelled(call);
    return { ...failed(call, describeThrown(error)), error };
  }
}

/** A model that has no arguments to give may write nothing. */
function parseArguments(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const describe = (issues: readonly Issue[]): string =>
  issues
    .map(({ path, message }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message))
    .join('; ');

/** As parameters are written; what has no JSON is refused by its place in `result`. */
function contentOf(result: unknown): string {
  if (typeof result === 'string') return result;
  return writeJson({ result }).slice('{"result":'.length, -1) || 'null';
}

/** A call that went wrong, with words that help the model to do better. */
export const failed = (call: ToolCallRequest, problem: string) =>
  ({ ...call, status: 'failed', content: truncateUtf8(`Error: ${problem}`, longestProblemBytes) }) as const;

/** A call that the run did not wait for. */
export const cancelled = (call: ToolCallRequest): ToolCallResult => ({
  ...call,
  status: 'cancelled',
  content: 'Error: the run ended before this call had a result',
});
