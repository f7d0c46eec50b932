/** Set an own property, also one named `__proto__`, for which an assignment would set the prototype. */
export function setProperty(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
