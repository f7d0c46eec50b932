import { setProperty } from '../internal/set-property.js';

type Container = Record<string, unknown> | unknown[];

/** An open container, and the position of its next value. */
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
  /** Nothing: it is complete, or not JSON. */
  | 'over';

/**
 * Parses JSON while it arrives, in chunks that are split anywhere.
 *
 * {@link PartialJson.value} is the value so far, and is modified in place: it has a container once it opens, a string so far,
 * and a number, `true`, `false` or `null` once it has ended, since `1` may become `12`. Each character is read once, so that
 * the total cost is linear, however it is split.
 *
 * It does not report errors: at invalid JSON it stops.
 */
export class PartialJson {
  value: unknown;
  readonly #open: Open[] = [];
  #state: State = 'value';
  /** The string, key or scalar that is being read; strings are decoded. */
  #token = '';
  #escape = '';
  /** A high surrogate, which is not shown without its low surrogate. */
  #half = '';
  #isKey = false;
  #grew = false;

  /** @returns whether the value has grown. */
  add(chunk: string): boolean {
    this.#grew = false;
    for (let at = 0; at < chunk.length && this.#state !== 'over';) at = this.#read(chunk, at);
    const isInText = this.#state === 'in string' || this.#state === 'in escape';
    if (isInText && !this.#isKey) this.#show(this.#token);
    return this.#grew;
  }

  /** Read at least one character of a chunk; @returns where to continue. */
  #read(chunk: string, at: number): number {
    switch (this.#state) {
      case 'in string':
        return this.#readText(chunk, at);
      case 'in escape':
        this.#readEscape(chunk[at]!);
        return at + 1;
      case 'in scalar':
        return this.#readScalar(chunk, at);
      default:
        if (!isSpace(chunk.charCodeAt(at))) this.#readMark(chunk[at]!);
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

  #readText(chunk: string, from: number): number {
    let at = from;
    for (; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (code !== quote && code !== backslash) continue;
      this.#append(chunk.slice(from, at));
      if (code === quote) this.#endText();
      else this.#state = 'in escape';
      return at + 1;
    }
    this.#append(chunk.slice(from));
    return at;
  }

  /** Only reads the new part, as reading the whole text would not be linear. */
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

  #readScalar(chunk: string, from: number): number {
    let at = from;
    while (at < chunk.length && !endsScalar(chunk.charCodeAt(at))) at += 1;
    this.#token += chunk.slice(from, at);
    if (at === chunk.length) return at;
    const value = parse(this.#token);
    if (value === undefined) {
      this.#state = 'over';
    } else {
      this.#show(value);
      this.#next();
    }
    return at;
  }

  /** A value is complete. */
  #next(): void {
    const open = this.#open.at(-1);
    if (typeof open?.key === 'number') open.key += 1;
    this.#state = open ? 'comma' : 'over';
  }

  /** Set a complete or growing value in its container. */
  #show(value: unknown): void {
    const open = this.#open.at(-1);
    // The key of the container: an index of a list, or a name of an object.
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
