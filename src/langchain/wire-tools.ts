import type { BindToolsInput, ToolChoice } from '@langchain/core/language_models/chat_models';
import { isLangChainTool } from '@langchain/core/utils/function_calling';
import { toJsonSchema } from '@langchain/core/utils/json_schema';

import type { ChatCompleteParams } from '../../generated/params.gen.js';
import { isRecord } from '../internal/is-record.js';
import { strictSchema } from '../structured/strict-schema.js';
import { wireSchemaOf } from '../structured/wire-schema.js';

type Params = ChatCompleteParams;

/**
 * Tools of LangChain, and those in the form of the API, as those of a request.
 *
 * @throws {ArgumentError} for a schema that cannot be sent.
 */
export const wireTools = (tools: readonly BindToolsInput[], strict: boolean | undefined): Params['tools'] =>
  // Those that are in the form of the API already are not checked here.
  tools.map((tool) => wireTool(tool, strict)) as Params['tools'];

function wireTool(tool: BindToolsInput, strict: boolean | undefined): unknown {
  if (isLangChainTool(tool)) {
    const { name, description, schema } = tool;
    const place = `The schema of the tool \`${name}\``;
    // It converts whatever a tool may have, also JSON Schema.
    const parameters = wireSchemaOf(toJsonSchema(schema) as object as Record<string, unknown>, place);
    return wireFunction({ name, description, parameters }, strict, place);
  }
  const { type, function: called } = tool as Readonly<Record<string, unknown>>;
  // A tool of `mistral-sdk/tools` has more fields, which are not for the API.
  return type === 'function' && isRecord(called)
    ? wireFunction(called, strict ?? (called.strict as boolean | undefined), String(called.name))
    : tool;
}

function wireFunction(
  { name, description, parameters }: Readonly<Record<string, unknown>>,
  strict: boolean | undefined,
  place: string,
): unknown {
  const schema = isRecord(parameters) ? parameters : { properties: {} };
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined || description === '' ? {} : { description }),
      ...(strict === undefined ? {} : { strict }),
      parameters: strict ? strictSchema({ type: 'object', ...schema }, place) : { type: 'object', ...schema },
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
