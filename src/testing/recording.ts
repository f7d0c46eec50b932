/** The content of a cassette: plain data, to be stored as JSON and read by people. */
export interface Recordings {
  readonly version: 1;
  readonly recordings: readonly Recording[];
}

/** One request with its response. */
export interface Recording {
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Names with their values, in the order of the URL. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: RecordedBody;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RecordedBody;
  /** Why a stream ended early: its reader cancelled it, or the connection was lost. */
  readonly ends?: 'cancelled' | 'disconnected';
}

/** A body in the most readable form that gives the same bytes or, for JSON and forms, the same values. */
export type RecordedBody =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly base64: string }
  /** The text of each event of a stream, without its terminating empty line; `rest` is an incomplete last event. */
  | { readonly events: readonly string[]; readonly rest?: string }
  | { readonly form: readonly RecordedPart[] };

/** A field of a form: a text, or a file. */
export type RecordedPart = { readonly name: string; readonly filename?: string; readonly type?: string } & (
  { readonly text: string } | { readonly base64: string }
);
