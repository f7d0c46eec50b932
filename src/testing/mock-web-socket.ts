import { describeThrown } from '../internal/describe-thrown.js';
import type {
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
} from '../../generated/types.gen.js';

/** The events of a session, or the response that refuses the upgrade. */
export type Admit = (request: Request) => Promise<readonly RealtimeTranscriptionServerMessage[] | Response>;

/** How the WebSocket of `ws` reports a response that is not an upgrade. */
type OnRefusal = (
  request: { destroy(): void },
  response: AsyncIterable<Uint8Array> & { statusCode: number; headers: Record<string, string> },
) => void;

/** A `WebSocket` class that simulates realtime sessions without a network. */
export interface MockWebSocketClass {
  new (url: string, argument?: string[] | { readonly headers?: Record<string, string> }): EventTarget;
}

export function createMockWebSocket(admit: Admit): MockWebSocketClass {
  return class MockWebSocket extends EventTarget {
    binaryType = 'blob';
    readonly bufferedAmount = 0;
    #events: RealtimeTranscriptionServerMessage[] = [];
    #session: RealtimeTranscriptionSession | undefined;
    #onRefusal: OnRefusal | undefined;
    #isClosed = false;

    constructor(url: string, argument: string[] | { readonly headers?: Record<string, string> } = {}) {
      super();
      const request = requestOf(url, argument);
      void admit(request).then(
        (admitted) => this.#open(request, admitted),
        (error: unknown) => this.#fail(error),
      );
    }

    /** As in `ws`: the only way to report a refusal with its body. */
    once(_type: 'unexpected-response', listener: OnRefusal): void {
      this.#onRefusal = listener;
    }

    send(data: string): void {
      const message = JSON.parse(data) as RealtimeTranscriptionClientMessage;
      // Asynchronous, as over a network.
      queueMicrotask(() => this.#respond(message));
    }

    close(code = 1005): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      queueMicrotask(() => this.#dispatch('close', { code, reason: '' }));
    }

    async #open(
      request: Request,
      admitted: readonly RealtimeTranscriptionServerMessage[] | Response,
    ): Promise<void> {
      if (admitted instanceof Response) return this.#refuse(admitted);
      const model = new URL(request.url).searchParams.get('model') ?? '';
      this.#events = [...admitted];
      this.#session = {
        request_id: '00000000-0000-4000-8000-000000000000',
        model,
        audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 },
      };
      this.#dispatch('open', {});
      this.#say({ type: 'session.created', session: this.#session });
    }

    /** One event for each chunk of audio, and the rest at the end. */
    #respond(message: RealtimeTranscriptionClientMessage): void {
      switch (message.type) {
        case 'session.update': {
          const { audio_format, target_streaming_delay_ms } = message.session;
          const session = this.#session!;
          if (audio_format) session.audio_format = audio_format;
          if (target_streaming_delay_ms) session.target_streaming_delay_ms = target_streaming_delay_ms;
          this.#say({ type: 'session.updated', session });
          break;
        }
        case 'input_audio.append':
          if (this.#events[0] && this.#events[0].type !== 'transcription.done')
            this.#say(this.#events.shift()!);
          break;
        case 'input_audio.end':
          for (const event of this.#events.splice(0)) this.#say(event);
          // The client need not wait for more.
          this.close(1000);
          break;
      }
    }

    #say(message: RealtimeTranscriptionServerMessage): void {
      if (!this.#isClosed) this.#dispatch('message', { data: JSON.stringify(message) });
    }

    async #refuse(response: Response): Promise<void> {
      const body = new Uint8Array(await response.arrayBuffer());
      const { status: statusCode, headers } = response;
      this.#isClosed = true;
      this.#onRefusal?.(
        { destroy: () => {} },
        {
          statusCode,
          headers: Object.fromEntries(headers),
          async *[Symbol.asyncIterator]() {
            yield body;
          },
        },
      );
    }

    #fail(error: unknown): void {
      this.#isClosed = true;
      this.#dispatch('error', { error, message: describeThrown(error) });
    }

    #dispatch(type: string, fields: object): void {
      this.dispatchEvent(Object.assign(new Event(type), fields));
    }
  };
}

/** The upgrade as an ordinary request; a client token, which is a subprotocol, becomes its API key. */
function requestOf(url: string, argument: string[] | { readonly headers?: Record<string, string> }): Request {
  const headers = Array.isArray(argument)
    ? new Headers({ authorization: `Bearer ${argument[1] ?? ''}` })
    : new Headers(argument.headers);
  return new Request(url.replace(/^ws/, 'http'), { headers });
}
