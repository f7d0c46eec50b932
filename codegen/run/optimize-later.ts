import { setFlagsFromString } from 'node:v8';

/**
 * Let code run longer before it is compiled for speed, in a process that is over in seconds: a third of its CPU goes
 * into machine code that hardly runs. V8 11, of Node 20, alone is in such a hurry; later ones have a quick compiler
 * for what is lukewarm.
 */
export function optimizeLater(): void {
  // The flag is of the bytes of bytecode that run before a function is looked at again; 67584 without it.
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');
}
