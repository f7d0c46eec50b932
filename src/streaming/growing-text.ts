/** How many chunks are collected before they are joined. */
const chunkCount = 64;

/**
 * Text that grows by small chunks, joined in batches: if each was appended on its own, the runtime would keep every chunk and
 * a rope node for it in memory as long as the text.
 */
export class GrowingText {
  #text = '';
  #chunks: string[] = [];

  add(chunk: string): void {
    if (this.#chunks.push(chunk) === chunkCount) this.#join();
  }

  toString(): string {
    if (this.#chunks.length > 0) this.#join();
    return this.#text;
  }

  #join(): void {
    this.#text += this.#chunks.join('');
    this.#chunks = [];
  }
}
