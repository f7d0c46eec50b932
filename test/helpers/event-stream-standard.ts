import type { ServerSentEvent } from '../../src/streaming/server-sent-events.js';

/**
 * The events of a whole stream, by the letter of the standard and with no thought for speed.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function eventsByTheStandard(bytes: Uint8Array): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  let data = '';
  let type = '';
  let idBuffer: string | undefined;
  let lastEventId: string | undefined;
  const dispatch = () => {
    lastEventId = idBuffer;
    if (data !== '') {
      events.push({ event: type === '' ? undefined : type, data: data.slice(0, -1), id: lastEventId });
    }
    data = '';
    type = '';
  };
  // Decoding takes off one byte order mark. What follows the last line end is no line.
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      dispatch();
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data += `${value}\n`;
    if (field === 'event') type = value;
    if (field === 'id' && !value.includes('\0')) idBuffer = value;
  }
  return events;
}
