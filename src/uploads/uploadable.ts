/** Bytes that a file can be made of. */
export type FileContent =
  | string
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Response;

/** Content with the name that the server is to know it by. */
export interface NamedFile {
  readonly name: string;
  readonly content: FileContent;
  /** Media type, such as `application/pdf`. */
  readonly type?: string | undefined;
}

/** The same, as `@mistralai/mistralai` writes it. */
export interface OfficialFile {
  readonly fileName: string;
  readonly content: FileContent;
}

/**
 * A file to send: a `File`, `{ name, content }`, a Node read stream of a file (its path names it), or a
 * `Response` whose URL names it. Other bytes need a name, since the API reads the format off its ending.
 */
export type Uploadable = File | NamedFile | OfficialFile | NodeReadStream | Response;

/** What `fs.createReadStream()` gives, told by structure so that no Node type is needed. */
export interface NodeReadStream extends AsyncIterable<Uint8Array | string> {
  readonly path: string | Uint8Array;
}
