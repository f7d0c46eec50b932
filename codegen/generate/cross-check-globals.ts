/**
 * The global types that generated types may name, and those that the compiler asks for.
 *
 * The compiler's own libraries declare ten thousand more, which cost it more than all that is to be compared. A type
 * that is missing here is a compile error, not a difference that goes unseen.
 */
export const globals = `
interface Object { toString(): string; valueOf(): Object; hasOwnProperty(name: PropertyKey): boolean }
interface Function { readonly name: string; readonly length: number; call(this: Function, ...args: any[]): any }
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments { readonly length: number; [index: number]: any }
interface RegExp { test(text: string): boolean }
interface Boolean { valueOf(): boolean }
interface Number { valueOf(): number; toFixed(digits?: number): string }
interface BigInt { valueOf(): bigint }
interface Symbol { valueOf(): symbol }
interface String { readonly length: number; valueOf(): string; charAt(index: number): string; readonly [index: number]: string }
interface Date { valueOf(): number; getTime(): number; toISOString(): string }
interface ReadonlyArray<T> { readonly length: number; indexOf(item: T): number; at(index: number): T | undefined; readonly [index: number]: T }
interface Array<T> { length: number; indexOf(item: T): number; at(index: number): T | undefined; push(...items: T[]): number; [index: number]: T }
interface Blob { readonly size: number; readonly type: string; slice(start?: number, end?: number, type?: string): Blob; text(): unknown; arrayBuffer(): unknown }
interface File extends Blob { readonly name: string; readonly lastModified: number; readonly webkitRelativePath: string }

type PropertyKey = string | number | symbol;
type Partial<T> = { [Key in keyof T]?: T[Key] };
type Required<T> = { [Key in keyof T]-?: T[Key] };
type Readonly<T> = { readonly [Key in keyof T]: T[Key] };
type Pick<T, Keys extends keyof T> = { [Key in Keys]: T[Key] };
type Record<Keys extends keyof any, T> = { [Key in Keys]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, Keys extends keyof any> = Pick<T, Exclude<keyof T, Keys>>;
type NonNullable<T> = T & {};
`;
