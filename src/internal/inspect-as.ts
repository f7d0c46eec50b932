/** Set what the consoles of Node, Bun and Deno print for an object, instead of all its properties. */
export function inspectAs(object: object, text: () => string): void {
  Object.defineProperty(object, Symbol.for('nodejs.util.inspect.custom'), { value: text });
}
