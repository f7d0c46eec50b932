import { setProperty } from '../internal/set-property.js';

type Container = Record<string, unknown> | unknown[];

/** A container that is still open, and where in it the next value goes. */
interface Open {
  readonly container: Container;
  key: string | number;
}

/** What may come next. */
type State =
  /** A value, or the end of a list that has none. */
  | 'value'
  /** A key, or the end of an object. */
  | 'key'
  | 'colon'
  /** A comma, or the end of a container. */
  | 'comma'
  | 'in string'
  | 'in escape'
  | 'in scalar'
  /** Nothing: it is whole, or it is no JSON. */
  | 'over';

/**
 * Reads JSON while it arrives, in pieces cut anywhere.
 *
 * {@link PartialJson.value} is what there is so far, and grows in place: a container is there once it opens, a text as far
 * as it has come, and a number, `true`, `false` or `null` once it has ended, since `1` may become `12`. Each character is
 * looked at once, so that all of it costs as much as its length, however it is cut.
 *
 * It does not judge: at what is no JSON it stops, and says nothing.
 */
export class PartialJson {
  value: unknown;
  readonly #open: Open[] = [];
  #state: State = 'value';
  /** The text, the key or the scalar that is being read; of a text, decoded. */
  #token = '';
  #escape = '';
  /** The first half of a character beyond the 65,536th: alone it would show as damage. */
  #half = '';
  #isKey = false;
  #grew = false;

  /** @returns whether there is more to see than before. */
  add(piece: string): boolean {
    this.#grew = false;
    for (let at = 0; at < piece.length && this.#state !== 'over';) at = this.#read(piece, at);
    const isInText = this.#state === 'in string' || this.#state === 'in escape';
    if (isInText && !this.#isKey) this.#show(this.#token);
    return this.#grew;
  }

  /** Read from a place in a piece, at least one character; @returns where to go on. */
  #read(piece: string, at: number): number {
    switch (this.#state) {
      case 'in string':
        return this.#readText(piece, at);
      case 'in escape':
        this.#readEscape(piece[at]!);
        return at + 1;
      case 'in scalar':
        return this.#readScalar(piece, at);
      default:
        if (!isSpace(piece.charCodeAt(at))) this.#readMark(piece[at]!);
        return at + 1;
    }
  }

  #readMark(mark: string): void {
    const open = this.#open.at(-1);
    const isList = Array.isArray(open?.container);
    if (this.#state === 'colon') this.#state = mark === ':' ? 'value' : 'over';
    else if (this.#state === 'comma' && mark === ',') this.#state = isList ? 'value' : 'key';
    else if (open && mark === (isList ? ']' : '}')) this.#close();
    else if (this.#state === 'comma') this.#state = 'over';
    else if (mark === '"') this.#begin('in string', '');
    else if (this.#state === 'key') this.#state = 'over';
    else if (mark === '{') this.#enter({}, '', 'key');
    else if (mark === '[') this.#enter([], 0, 'value');
    else this.#begin('in scalar', mark);
  }

  #begin(state: 'in string' | 'in scalar', token: string): void {
    this.#isKey = this.#state === 'key';
    this.#state = state;
    this.#token = token;
  }

  #enter(container: Container, key: string | number, next: State): void {
    this.#show(container);
    this.#open.push({ container, key });
    this.#state = next;
  }

  #close(): void {
    this.#open.pop();
    this.#next();
  }

  #readText(piece: string, from: number): number {
    let at = from;
    for (; at < piece.length; at += 1) {
      const code = piece.charCodeAt(at);
      if (code !== quote && code !== backslash) continue;
      this.#append(piece.slice(from, at));
      if (code === quote) this.#endText();
      else this.#state = 'in escape';
      return at + 1;
    }
    this.#append(piece.slice(from));
    return at;
  }

  /** It looks at what is new alone: looking into the whole text would cost its length. */
  #append(text: string): void {
    const added = this.#half + text;
    const last = added.charCodeAt(added.length - 1);
    const isHalf = last >= 0xd800 && last <= 0xdbff;
    this.#half = isHalf ? added.slice(-1) : '';
    this.#token += isHalf ? added.slice(0, -1) : added;
  }

  #endText(): void {
    this.#token += this.#half;
    this.#half = '';
    if (this.#isKey) {
      this.#open.at(-1)!.key = this.#token;
      this.#state = 'colon';
    } else {
      this.#show(this.#token);
      this.#next();
    }
  }

  #readEscape(character: string): void {
    this.#escape += character;
    if (this.#escape.length < (this.#escape[0] === 'u' ? 5 : 1)) return;
    const decoded = parse(`"\\${this.#escape}"`);
    this.#escape = '';
    if (decoded === undefined) this.#state = 'over';
    else {
      this.#append(decoded as string);
      this.#state = 'in string';
    }
  }

  #readScalar(piece: string, from: number): number {
    let at = from;
    while (at < piece.length && !endsScalar(piece.charCodeAt(at))) at += 1;
    this.#token += piece.slice(from, at);
    if (at === piece.length) return at;
    const value = parse(this.#token);
    if (value === undefined) {
      this.#state = 'over';
    } else {
      this.#show(value);
      this.#next();
    }
    return at;
  }

  /** A value is whole. */
  #next(): void {
    const open = this.#open.at(-1);
    if (typeof open?.key === 'number') open.key += 1;
    this.#state = open ? 'comma' : 'over';
  }

  /** Put a value, whole or growing, where it belongs. */
  #show(value: unknown): void {
    const open = this.#open.at(-1);
    // Both are the key of their container, which a list and an object call differently.
    const container = (open?.container ?? this) as Record<string, unknown>;
    const key = open ? (open.key as string) : 'value';
    if (Object.hasOwn(container, key) && container[key] === value) return;
    setProperty(container, key, value);
    this.#grew = true;
  }
}

const quote = 34;
const backslash = 92;

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** A comma, a bracket, a brace or a space. */
const endsScalar = (code: number): boolean => code === 44 || code === 93 || code === 125 || isSpace(code);

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
