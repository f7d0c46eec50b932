/** A request body that is written to the connection piece by piece. */
export interface StreamedBody {
  readonly contentType: string;
  /** `undefined` when nobody knows before the end. */
  readonly byteLength: number | undefined;
  /** Whether {@link StreamedBody.open} gives the same bytes again. */
  readonly replayable: boolean;
  open(): ReadableStream<Uint8Array<ArrayBuffer>>;
}
