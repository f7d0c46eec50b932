/** How many pieces wait before they are joined. */
const pieceCount = 64;

/**
 * Text that grows by small pieces. They are joined some at a time: added one by one, each would be kept in memory, and
 * a node beside it, for as long as the text is.
 */
export class GrowingText {
  #text = '';
  #pieces: string[] = [];

  add(piece: string): void {
    if (this.#pieces.push(piece) === pieceCount) this.#join();
  }

  toString(): string {
    if (this.#pieces.length > 0) this.#join();
    return this.#text;
  }

  #join(): void {
    this.#text += this.#pieces.join('');
    this.#pieces = [];
  }
}
