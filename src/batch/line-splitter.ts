/** A line that is not blank; without its text if that is too long. */
export interface Line {
  /** Counted from 1, including blank lines. */
  readonly number: number;
  readonly text: string | undefined;
}

/** Splits text into lines, however it is split into chunks, in linear time. */
export class LineSplitter {
  readonly #maxLength: number;
  #number = 0;
  /** An incomplete line. */
  #held: string[] = [];
  #heldLength = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** The lines that end in this chunk. */
  push(text: string): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#hold(text.slice(start, end));
      this.#release(lines);
      start = end + 1;
    }
    this.#hold(text.slice(start));
    return lines;
  }

  /** The last line, if it has no line break. */
  end(): Line[] {
    const lines: Line[] = [];
    this.#release(lines);
    return lines;
  }

  /** Of a line that is too long, only the length is kept. */
  #hold(text: string): void {
    this.#heldLength += text.length;
    if (this.#heldLength > this.#maxLength) this.#held = [];
    else if (text !== '') this.#held.push(text);
  }

  #release(lines: Line[]): void {
    const text = this.#heldLength > this.#maxLength ? undefined : this.#held.join('');
    this.#held = [];
    this.#heldLength = 0;
    this.#number += 1;
    if (text === undefined || text.trim() !== '') lines.push({ number: this.#number, text });
  }
}
