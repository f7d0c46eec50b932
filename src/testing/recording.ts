/** What a cassette holds: plain data, to be kept as JSON and read by people. */
export interface Recordings {
  readonly version: 1;
  readonly recordings: readonly Recording[];
}

/** One request, and what was answered. */
export interface Recording {
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Names with their values, in the order in which they stand in the URL. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: RecordedBody;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RecordedBody;
  /** How a stream ended before its end: its reader left, or the connection broke. */
  readonly ends?: 'left' | 'broken';
}

/** A body in the most readable form that gives the same bytes, or for JSON and forms, means the same. */
export type RecordedBody =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly base64: string }
  /** The text of each event of a stream, without the empty line that ends it; and what came after the last such line. */
  | { readonly events: readonly string[]; readonly rest?: string }
  | { readonly form: readonly RecordedPart[] };

/** A part of a form: a text, or a file. */
export type RecordedPart = { readonly name: string; readonly filename?: string; readonly type?: string } & (
  { readonly text: string } | { readonly base64: string }
);
