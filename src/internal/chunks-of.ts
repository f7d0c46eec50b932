/** The methods of a stream's reader that are used here. */
interface ChunkReader<Chunk> {
  read(): Promise<ReadableStreamReadResult<Chunk>>;
  cancel(): Promise<void>;
}

/**
 * The chunks of a stream or an iterable. Breaking out of the loop cancels it.
 *
 * A stream is read through a reader: not every browser can iterate a `ReadableStream`.
 */
export async function* chunksOf<Chunk>(
  source: { getReader(): ChunkReader<Chunk> } | AsyncIterable<Chunk>,
): AsyncGenerator<Chunk, void> {
  if (!('getReader' in source)) {
    yield* source;
    return;
  }
  const reader = source.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    if (!ended) await reader.cancel();
  }
}
