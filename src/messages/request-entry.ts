import { entryParts } from '../../generated/message-fields.gen.js';
import type { ConversationResponse } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { keepKnown } from './keep-known.js';
import { requestContent } from './request-message.js';
import { requestName } from './request-name.js';
import { textOfArguments } from './tool-call-arguments.js';

type Entry = ConversationResponse['outputs'][number];

/**
 * An output of a conversation as an input of a request: with only the fields that the description has for the entries of a
 * request.
 *
 * @returns `undefined` for an output that a request cannot have.
 */
export function requestEntry(output: unknown): Entry | undefined {
  if (!isRecord(output)) return undefined;
  const { content, name, arguments: given } = output;
  const written = {
    ...output,
    ...('content' in output ? { content: requestContent(content) ?? '' } : {}),
    ...(output.type === 'function.call' ? { name: requestName(name) } : {}),
    ...('arguments' in output ? { arguments: isRecord(given) ? given : textOfArguments(given) } : {}),
  };
  // The table and these types are generated from the same description.
  const known =
    keepKnown(written, entryParts) ??
    ('content' in written ? keepKnown({ ...written, content: '' }, entryParts) : undefined);
  return known as Entry | undefined;
}
