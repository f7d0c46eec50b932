/** A request body that is sent in chunks. */
export interface StreamedBody {
  readonly contentType: string;
  /** `undefined` if it is not known before the end. */
  readonly byteLength: number | undefined;
  /** Whether {@link StreamedBody.open} gives the same bytes again. */
  readonly replayable: boolean;
  open(): ReadableStream<Uint8Array<ArrayBuffer>>;
}
