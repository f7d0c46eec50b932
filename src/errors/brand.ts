/** A constructor of this package's errors. */
export interface ErrorClass<T> {
  readonly kind: string;
  readonly prototype: T;
}

const brand = Symbol.for('mistral-sdk.error');

/** Mark an error with its kinds, so that another installed copy of this package recognizes it. */
export function mark(error: Error, kinds: readonly string[]): void {
  Object.defineProperty(error, brand, { value: kinds });
  Object.defineProperty(error, 'name', { value: kinds[0], writable: true, configurable: true });
}

/** The kinds of a class and its superclasses, its own first. */
export function kindsOf(constructor: object): string[] {
  const kinds: string[] = [];
  for (let level: object | null = constructor; level; level = Object.getPrototypeOf(level) as object | null) {
    if (Object.hasOwn(level, 'kind')) kinds.push((level as ErrorClass<unknown>).kind);
  }
  return kinds;
}

/** Whether a value was marked with this kind. */
export const isOfKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ((value as { [brand]?: readonly string[] })[brand]?.includes(kind) ?? false);
