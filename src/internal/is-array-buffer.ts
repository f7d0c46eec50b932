/** Of another realm as well, where `instanceof` is false. */
export const isArrayBuffer = (value: unknown): value is ArrayBuffer =>
  /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
