import type { BindToolsInput, ToolChoice } from '@langchain/core/language_models/chat_models';
import { isLangChainTool } from '@langchain/core/utils/function_calling';

import type { ChatCompleteParams } from '../../generated/params.gen.js';
import { isRecord } from '../internal/is-record.js';
import { strictIfPossible, wireJsonSchema } from './json-schema.js';

type Params = ChatCompleteParams;
type Fields = Readonly<Record<string, unknown>>;

/** Which schemas of tools the API enforces. */
interface Strictness {
  /** Of all tools; otherwise each says so. */
  readonly strict?: boolean | undefined;
  /** What traces tell of a structured reply. An agent of LangChain means that by `strict`, and passes it with its tools. */
  readonly ls_structured_output_format?: unknown;
}

/**
 * Tools of LangChain, and those in the form of this API, of OpenAI or of Anthropic, as those of a request.
 *
 * @throws {ArgumentError} for a schema that cannot be sent.
 */
export const wireTools = (tools: readonly BindToolsInput[], strictness: Strictness): Params['tools'] =>
  // Those that the API runs are not checked here.
  tools.map((tool) => wireTool(tool, strictness)) as Params['tools'];

function wireTool(tool: BindToolsInput, strictness: Strictness): unknown {
  if (isLangChainTool(tool)) {
    const { name, description, schema: parameters } = tool;
    return wireFunction({ name, description, parameters }, strictness);
  }
  const { type, function: called, ...fields } = tool as Fields;
  // A tool of `mistral-sdk/tools` has more fields, which are not for the API.
  if (type === 'function' && isRecord(called)) return wireFunction(called, strictness);
  const parameters = fields.parameters ?? fields.input_schema;
  return type === undefined && isRecord(parameters)
    ? wireFunction({ ...fields, parameters }, strictness)
    : tool;
}

function wireFunction(
  { name, description, parameters, strict: own }: Fields,
  { strict = own as boolean | undefined, ls_structured_output_format: traced }: Strictness,
): unknown {
  const place = `The schema of the tool \`${String(name)}\``;
  const schema = {
    type: 'object',
    ...(isRecord(parameters) ? wireJsonSchema(parameters, place) : { properties: {} }),
  };
  const sent = strict ? strictIfPossible(schema, place, traced === undefined) : { schema, strict };
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined || description === '' ? {} : { description }),
      ...(sent.strict === undefined ? {} : { strict: sent.strict }),
      parameters: sent.schema,
    },
  };
}

const modes: readonly unknown[] = ['auto', 'none', 'any', 'required'];

/** The name of a tool stands for the tool. */
export const wireToolChoice = (choice: ToolChoice): Params['tool_choice'] =>
  // The compiler cannot know the names.
  (typeof choice === 'string' && !modes.includes(choice)
    ? { type: 'function', function: { name: choice } }
    : choice) as Params['tool_choice'];
