import { ArgumentError } from '../errors/argument-error.js';
import { serializationAdvice, isPlain, tagOf, unboxed } from '../internal/serialization-advice.js';
import { wellFormed } from '../internal/well-formed.js';

/** The fields of an object, and of the objects in them, as far as their names are checked. */
export interface FieldNames {
  readonly [field: string]: 0 | FieldNames | (() => FieldNames);
}

/**
 * Serialize a value as JSON, once for all attempts, reading each property once.
 *
 * `JSON.stringify` writes `null` for NaN and for a hole in a list, `{}` for a Map or a promise, a list of numbers for a
 * Buffer, and omits functions. The caller cannot mean that, so it is refused. Lone surrogates, as in a truncated text, would be
 * refused by strict parsers, and are replaced.
 *
 * @param names - Of the value's fields. Those in its objects are refused where they are misspelt; its own were checked before.
 * @throws {ArgumentError} naming the place of a value that JSON cannot represent, or of a misspelt name.
 */
export function writeJson(value: unknown, names?: FieldNames): string {
  const writer = new JsonWriter();
  try {
    return writer.write(value, names) ?? writer.refuse('is an undefined', 'pass what has a form in JSON');
  } catch (error) {
    // A stack overflow, unless the caller's own code throws a RangeError.
    if (error instanceof RangeError)
      throw new ArgumentError('The body is nested too deeply', { cause: error });
    throw error;
  }
}

class JsonWriter {
  /** The path to the value that is being written. */
  readonly #path: (string | number)[] = [];
  /** The objects that contain it. */
  readonly #ancestors: object[] = [];

  /** @returns `undefined` for a value that is omitted. */
  write(value: unknown, names?: FieldNames): string | undefined {
    switch (typeof value) {
      case 'string':
        return quoted(value);
      case 'number':
        return Number.isFinite(value) ? String(value) : this.refuse(`is ${value}`, 'pass a finite number');
      case 'boolean':
        return String(value);
      case 'undefined':
        return undefined;
      case 'object':
        return value === null ? 'null' : this.#writeObject(value, names);
      default:
        return this.refuse(`is ${aOrAn(typeof value)}`, 'pass what has a form in JSON');
    }
  }

  refuse(problem: string, advice: string): never {
    const [first, ...others] = this.#path;
    const place = others.reduce<string>(
      (above, key) => above + (typeof key === 'number' ? `[${key}]` : `.${key}`),
      typeof first === 'number' ? `[${first}]` : (first ?? ''),
    );
    throw new ArgumentError(`${first === undefined ? 'The body' : `\`${place}\``} ${problem}; ${advice}`);
  }

  #writeObject(value: object, names: FieldNames | undefined): string | undefined {
    // A Buffer has a `toJSON()` of its own.
    if (!isConvertible(value) || ArrayBuffer.isView(value)) return this.#writeWithin(value, names);
    if (tagOf(value) === 'Date' && Number.isNaN(Number(value)))
      return this.refuse('is an invalid date', 'pass a valid one');
    const converted = value.toJSON(String(this.#path.at(-1) ?? ''));
    // `toJSON()` is called once, whatever it returns.
    return typeof converted === 'object' && converted !== null
      ? this.#writeWithin(converted, names)
      : this.write(converted);
  }

  #writeWithin(value: object, names: FieldNames | undefined): string | undefined {
    if (this.#ancestors.includes(value))
      return this.refuse('refers back to an object that it is part of', 'break the cycle');
    const isList = Array.isArray(value);
    if (!isList && !isPlain(value)) {
      const held = unboxed(value);
      if (held !== value) return this.write(held);
      const advice = serializationAdvice(value);
      if (advice) return this.refuse(`is ${aOrAn(nameOf(value))}`, advice);
    }
    this.#ancestors.push(value);
    const text = isList
      ? `[${this.#writeItems(value, names)}]`
      : `{${this.#writeProperties(value as Readonly<Record<string, unknown>>, names)}}`;
    this.#ancestors.pop();
    return text;
  }

  #writeItems(items: readonly unknown[], names: FieldNames | undefined): string {
    let text = '';
    // By index: a list may have its own iterator, and `forEach` skips holes.
    for (let index = 0; index < items.length; index += 1) {
      this.#path.push(index);
      const item =
        this.write(items[index], names) ?? this.refuse('is an undefined', 'pass what has a form in JSON');
      text += index === 0 ? item : `,${item}`;
      this.#path.pop();
    }
    return text;
  }

  #writeProperties(properties: Readonly<Record<string, unknown>>, names: FieldNames | undefined): string {
    let text = '';
    const meantBy = names && this.#path.length > 0 ? respeltOf(names) : undefined;
    for (const name of Object.keys(properties)) {
      this.#path.push(name);
      const meant = meantBy?.get(name);
      if (meant !== undefined) this.refuse('is not what the API calls it', `write \`${meant}\``);
      const property = properties[name];
      // A `toJSON()` that returns its own object has already been called.
      const item =
        name === 'toJSON' && typeof property === 'function'
          ? undefined
          : this.write(property, names && namesIn(names, name));
      if (item !== undefined) text += `${text === '' ? '' : ','}${quotedName(name)}:${item}`;
      this.#path.pop();
    }
    return text;
  }
}

const respelt = new WeakMap<FieldNames, ReadonlyMap<string, string>>();

/** Wire names by their camelCase spelling. Created once for each object of the description. */
function respeltOf(names: FieldNames): ReadonlyMap<string, string> {
  let made = respelt.get(names);
  if (!made) {
    const several = Object.keys(names).filter((name) => name.includes('_'));
    made = new Map(
      several.map((name) => [name.replaceAll(/_+(\w)/g, (_, letter: string) => letter.toUpperCase()), name]),
    );
    respelt.set(names, made);
  }
  return made;
}

/** Nothing where callers may choose names freely. */
function namesIn(names: FieldNames, field: string): FieldNames | undefined {
  const within = Object.hasOwn(names, field) ? names[field] : undefined;
  return (typeof within === 'function' ? within() : within) || undefined;
}

const quoted = (text: string): string => JSON.stringify(wellFormed(text));

const quotedName = (name: string): string => (/^\w+$/.test(name) ? `"${name}"` : quoted(name));

const isConvertible = (value: object): value is { toJSON(key: string): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function';

const nameOf = (value: object): string =>
  (value.constructor as { name?: string } | undefined)?.name || tagOf(value);

const aOrAn = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
