import type {
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { Exchange, ReadResponse } from '../transport/exchange.js';
import type { Connection } from './connection.js';
import { connectionOf } from './open-socket.js';
import { readMessage } from './read-message.js';
import { SocketClosedError } from './socket-closed-error.js';

/** A session that is ready for audio. */
export interface OpenSession {
  readonly connection: Connection;
  readonly exchange: Exchange;
  readonly session: RealtimeTranscriptionSession;
  /** The events of the server so far. */
  readonly events: readonly RealtimeTranscriptionServerMessage[];
}

/**
 * Waits for `session.created`, configures the session, and waits for `session.updated`: earlier audio might be read in
 * another format.
 *
 * It is part of an attempt, so that its failures can be retried.
 */
export const handshake =
  (update: RealtimeTranscriptionSessionUpdatePayload): ReadResponse<OpenSession> =>
  async (exchange) => {
    const { response, cancellation, call, scrub } = exchange;
    const connection = connectionOf(response);
    const events: RealtimeTranscriptionServerMessage[] = [];
    const updated = new Promise<RealtimeTranscriptionSession>((resolve, reject) => {
      connection.listen({
        message(data) {
          try {
            const event = readMessage(data, exchange);
            events.push(event);
            if (event.type === 'session.created')
              connection.send({ type: 'session.update', session: update });
            if (event.type !== 'session.updated') return;
            // Later messages are buffered for the session.
            connection.listen(undefined);
            resolve(event.session);
          } catch (error) {
            reject(error as Error);
          }
        },
        closed: (close) => reject(new SocketClosedError(call, close, events.length, scrub)),
      });
    });
    const session = await untilAborted(cancellation, updated);
    exchange.detachBody();
    return { connection, exchange, session, events };
  };
