import type { ContentChunkParam } from '../../generated/types.gen.js';
import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { isRecord } from '../internal/is-record.js';
import { untilAborted } from '../internal/until-aborted.js';
import { check, type Issue } from '../structured/schema.js';
import { writeJson } from '../transport/write-json.js';
import { limitChunks, limitText, textOfChunk } from './limit-result.js';
import type { RunnableTool, ToolContext } from './tool.js';
import { isToolContent } from './tool-content.js';

/** A tool call that the model requested. */
export interface ToolCallRequest {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** A tool call and its result. */
export type ToolCallResult = ToolCallRequest & {
  /** The text that is sent to the model; of {@link toolContent}, the texts, with the type of every other chunk in brackets. */
  readonly content: string;
  /** What is sent instead of `content` where the API takes it: the chunks of {@link toolContent}. */
  readonly chunks?: readonly ContentChunkParam[];
  /** The model repeated an earlier call: this is the earlier result, and the tool did not run again. */
  readonly isRepeated?: true;
} & (
    | {
        readonly status: 'done';
        /** What the tool returned. */
        readonly value: unknown;
      }
    | {
        readonly status: 'failed';
        /** What the tool threw; absent if it did not run, because the arguments or the name were invalid. */
        readonly error?: unknown;
      }
    /** The run ended before the tool did. The tool may still have finished, unless it stopped when its signal aborted. */
    | { readonly status: 'cancelled' }
  );

/** Errors are sent to the model, and their tokens cost money. */
const maxProblemBytes = 2048;

/** Execute one tool call. Never rejects: a failure is a result, too. */
export async function executeCall(
  call: ToolCallRequest,
  tools: ReadonlyMap<string, RunnableTool>,
  context: Omit<ToolContext, 'callId'>,
  maxResultBytes: number,
): Promise<ToolCallResult> {
  const { signal } = context;
  const tool = tools.get(call.name);
  if (!tool)
    return failed(
      call,
      `There is no tool ${JSON.stringify(call.name)}. Available tools: ${[...tools.keys()].join(', ')}`,
    );
  const parsed = parseArguments(call.arguments);
  if (!parsed) return failed(call, 'The arguments are not a JSON object');
  try {
    const run = async () => {
      const checked = await check(tool.parameters, parsed);
      if ('issues' in checked)
        return failed(call, `The arguments do not match the schema: ${describe(checked.issues)}`);
      signal.throwIfAborted();
      const value = await tool.execute(checked.value, { ...context, callId: call.id });
      return { ...call, status: 'done' as const, value, ...contentOf(value, maxResultBytes) };
    };
    return await untilAborted(signal, run());
  } catch (error) {
    if (signal.aborted) return cancelled(call);
    return { ...failed(call, describeThrown(error)), error };
  }
}

/** For a tool without parameters, models may write an empty text. */
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

/** What the model gets. */
function contentOf(
  result: unknown,
  maxBytes: number,
): { readonly content: string; readonly chunks?: readonly ContentChunkParam[] } {
  if (!isToolContent(result)) return { content: limitText(textOfResult(result), maxBytes) };
  const chunks = limitChunks(result.chunks, maxBytes);
  return { content: chunks.map(textOfChunk).join('\n'), chunks };
}

/** Serialize like parameters of a request: a value that has no JSON is an error that names its path in `result`. */
function textOfResult(result: unknown): string {
  if (typeof result === 'string') return result;
  return writeJson({ result }).slice('{"result":'.length, -1) || 'null';
}

/** The result of a call that failed, with a message that helps the model to correct it. */
export const failed = (call: ToolCallRequest, problem: string) =>
  ({ ...call, status: 'failed', content: truncateUtf8(`Error: ${problem}`, maxProblemBytes) }) as const;

/** The result of a call that the run did not wait for. */
export const cancelled = (call: ToolCallRequest): ToolCallResult => ({
  ...call,
  status: 'cancelled',
  content: 'Error: the run ended before this call had a result',
});
