import type { BindToolsInput, ToolChoice } from '@langchain/core/language_models/chat_models';
import { isLangChainTool } from '@langchain/core/utils/function_calling';

import type { ChatCompleteParams } from '../../generated/params.gen.js';
import { isRecord } from '../internal/is-record.js';
import { strictSchema } from '../structured/strict-schema.js';
import { wireJsonSchema } from './json-schema.js';

type Params = ChatCompleteParams;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Tools of LangChain, and those in the form of this API, of OpenAI or of Anthropic, as those of a request.
 *
 * @throws {ArgumentError} for a schema that cannot be sent.
 */
export const wireTools = (tools: readonly BindToolsInput[], strict: boolean | undefined): Params['tools'] =>
  // Those that the API runs are not checked here.
  tools.map((tool) => wireTool(tool, strict)) as Params['tools'];

function wireTool(tool: BindToolsInput, strict: boolean | undefined): unknown {
  if (isLangChainTool(tool)) {
    const { name, description, schema: parameters } = tool;
    return wireFunction({ name, description, parameters }, strict);
  }
  const { type, function: called, ...fields } = tool as Fields;
  // A tool of `mistral-sdk/tools` has more fields, which are not for the API.
  if (type === 'function' && isRecord(called)) return wireFunction(called, strict);
  const parameters = fields.parameters ?? fields.input_schema;
  return type === undefined && isRecord(parameters) ? wireFunction({ ...fields, parameters }, strict) : tool;
}

function wireFunction(
  { name, description, parameters, strict: own }: Fields,
  strict = own as boolean | undefined,
): unknown {
  const place = `The schema of the tool \`${String(name)}\``;
  const schema = {
    type: 'object',
    ...(isRecord(parameters) ? wireJsonSchema(parameters, place) : { properties: {} }),
  };
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined || description === '' ? {} : { description }),
      ...(strict === undefined ? {} : { strict }),
      parameters: strict ? strictSchema(schema, place) : schema,
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
