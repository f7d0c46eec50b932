/** Say what the consoles of Node, Bun and Deno print of an object, in place of all that it has. */
export function inspectAs(object: object, text: () => string): void {
  Object.defineProperty(object, Symbol.for('nodejs.util.inspect.custom'), { value: text });
}
