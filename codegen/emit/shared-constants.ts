/**
 * Code that is written once, as a constant, where it is used more than once; it keeps its place where it is used once.
 *
 * What {@link share} returns stands for the code until {@link resolve}, when all uses are known.
 */
export class SharedConstants {
  readonly #byText = new Map<string, Constant>();
  readonly #byKey = new Map<object, Constant>();
  readonly #byMark = new Map<string, Constant>();
  readonly #taken: Set<string>;

  /** @param taken - Names that constants must not have. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /**
   * @param label - What the constant is called, as far as it can be.
   * @param type - Its type, unless that is inferred.
   * @param key - That of {@link within}, for code that refers to itself.
   */
  share(text: string, label: string, type = '', key?: object): string {
    const constant = (key && this.#byKey.get(key)) ?? this.#byText.get(text) ?? this.#add();
    Object.assign(constant, { text, label, type });
    this.#byText.set(text, constant);
    return constant.mark;
  }

  /** Stands for code that is still being written, in a function within it. */
  within(key: object): string {
    const constant = this.#byKey.get(key) ?? this.#add();
    this.#byKey.set(key, constant);
    return constant.mark;
  }

  /** The constants, each after those that it uses, and then the code that uses them. */
  resolve(code: readonly string[]): string[] {
    const used: Constant[] = [];
    const count = (text: string): void => {
      for (const [mark] of text.matchAll(marks)) {
        const constant = this.#byMark.get(mark)!;
        constant.uses += 1;
        if (constant.uses > 1) continue;
        count(constant.text);
        used.push(constant);
      }
    };
    for (const text of code) count(text);
    const declared = used.filter(({ uses }) => uses > 1);
    for (const constant of declared) constant.name = this.#freeName(constant.label);
    const settle = (text: string): string =>
      text.replace(marks, (mark) => {
        const constant = this.#byMark.get(mark)!;
        return constant.name ?? settle(constant.text);
      });
    return [
      ...declared.map(({ name, type, text }) => `const ${name}${type && `: ${type}`} = ${settle(text)};\n`),
      ...code.map(settle),
    ];
  }

  #add(): Constant {
    const constant = { mark: `\uE000${this.#byMark.size}\uE000`, uses: 0, text: '', label: '', type: '' };
    this.#byMark.set(constant.mark, constant);
    return constant;
  }

  #freeName(label: string): string {
    const word = label
      .replaceAll(/\W+/g, '')
      .replaceAll(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
    const base = word.charAt(0).toLowerCase() + word.slice(1);
    let name = base;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${base}${number}`;
    this.#taken.add(name);
    return name;
  }
}

/** No generated code has this character. */
const marks = /\uE000\d+\uE000/g;

interface Constant {
  readonly mark: string;
  text: string;
  label: string;
  type: string;
  uses: number;
  name?: string;
}
