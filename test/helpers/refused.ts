import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

import { lintMessages } from '../../src/messages/lint-messages.js';

interface Closable {
  properties?: object;
  additionalProperties?: boolean;
}

const description = parse(readFileSync('generated/openapi.yaml', 'utf8')) as {
  components: { schemas: Record<string, Closable> };
};
// Requests may hold what the description names, and nothing else.
for (const schema of Object.values(description.components.schemas))
  if (schema.properties) schema.additionalProperties = false;

const ajv = new Ajv2020({ strict: false, logger: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(description, 'description');

const refusedBy = (schema: string, value: unknown): string[] => {
  const validate = ajv.getSchema(`description#/components/schemas/${schema}`)!;
  return validate(value) ? [] : [ajv.errorsText(validate.errors)];
};

/** Why the API would refuse these messages in a chat; empty where it takes them. */
export const refusedMessages = (messages: readonly object[]): string[] => [
  ...refusedBy('ChatCompletionRequest', { model: 'm', messages }),
  ...lintMessages(messages).map(({ index, problem }) => `messages[${index}]: ${problem}`),
];

/** Why the API would refuse these entries in a conversation. */
export const refusedEntries = (inputs: readonly object[]): string[] => refusedBy('InputEntries', inputs);
