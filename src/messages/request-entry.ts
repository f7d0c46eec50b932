import { entryParts } from '../../generated/message-fields.gen.js';
import type { ConversationResponse } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { keepKnown } from './keep-known.js';
import { requestContent } from './request-message.js';
import { requestName } from './request-name.js';
import { textOfArguments } from './tool-call-arguments.js';

type Entry = ConversationResponse['outputs'][number];

/**
 * An output of a conversation, as the inputs of a request may have it: with the fields that the description gives to the
 * entries of a request, and no other.
 *
 * @returns `undefined` for one that no request can have.
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
  // The table is that of these types, from the same description.
  const known =
    keepKnown(written, entryParts) ??
    ('content' in written ? keepKnown({ ...written, content: '' }, entryParts) : undefined);
  return known as Entry | undefined;
}
