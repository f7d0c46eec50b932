import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { isRecord } from '../internal/is-record.js';
import { untilAborted } from '../internal/until-aborted.js';
import { check } from '../structured/schema.js';
import { writeJson } from '../transport/write-json.js';
import type { Decision } from './approval.js';
import { describeIssues } from './describe-issues.js';
import { limitChunks, limitText, textOfChunk } from './limit-result.js';
import type { RunnableTool, ToolContext } from './tool.js';
import type { ToolCallRequest, ToolCallResult } from './tool-call.js';
import { isToolContent } from './tool-content.js';

/** Errors are sent to the model, and their tokens cost money. */
const maxProblemBytes = 2048;

export interface CallSettings {
  readonly tools: ReadonlyMap<string, RunnableTool>;
  readonly maxResultBytes: number;
  /** Whether a call may run; `undefined` if a person must decide, and nobody has yet. Never rejects. */
  decide(
    call: ToolCallRequest,
    tool: RunnableTool,
    args: unknown,
    context: ToolContext,
  ): Promise<Decision | undefined>;
}

/** Execute one tool call. Never rejects: a failure is a result, too. */
export async function executeCall(
  call: ToolCallRequest,
  { tools, maxResultBytes, decide }: CallSettings,
  given: Omit<ToolContext, 'callId'>,
): Promise<ToolCallResult> {
  const { signal } = given;
  const context = { ...given, callId: call.id };
  const tool = tools.get(call.name);
  if (!tool)
    return failed(
      call,
      `There is no tool ${JSON.stringify(call.name)}. Available tools: ${[...tools.keys()].join(', ')}`,
    );
  const parsed = parseArguments(call.arguments);
  if (!parsed) return failed(call, 'The arguments are not a JSON object');
  try {
    const run = async (): Promise<ToolCallResult> => {
      const checked = await check(tool.parameters, parsed);
      if ('issues' in checked)
        return failed(call, `The arguments do not match the schema: ${describeIssues(checked.issues)}`);
      signal.throwIfAborted();
      const decision = await decide(call, tool, checked.value, context);
      signal.throwIfAborted();
      if (!decision) return { ...call, status: 'pending', content: '' };
      if (!decision.isAllowed) return { ...call, status: 'denied', content: `Error: ${denialOf(decision)}` };
      const { changed } = decision;
      const value = await tool.execute(changed ? changed.value : checked.value, context);
      const content = contentOf(value, maxResultBytes);
      return {
        ...call,
        status: 'done',
        value,
        ...(changed ? withChange(content, changed.arguments) : content),
      };
    };
    return await untilAborted(signal, run());
  } catch (error) {
    if (signal.aborted) return cancelled(call);
    return { ...failed(call, describeThrown(error)), error };
  }
}

const denialOf = ({ reason }: Decision): string =>
  reason === undefined ? 'a person denied this call' : `a person denied this call: ${reason}`;

/** The model must not take the result for that of the arguments that it wrote. */
function withChange({ content, chunks }: ResultContent, args: unknown): ResultContent {
  const note = `[A person had this call run with other arguments: ${JSON.stringify(args)}]`;
  return {
    content: `${note}\n${content}`,
    ...(chunks ? { chunks: [{ type: 'text', text: note }, ...chunks] } : {}),
  };
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

type ResultContent = Pick<ToolCallResult, 'content' | 'chunks'>;

/** What the model gets. */
function contentOf(result: unknown, maxBytes: number): ResultContent {
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
