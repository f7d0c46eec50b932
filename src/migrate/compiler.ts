import type ts from 'typescript';

/** The project's own compiler, as `import ts from 'typescript'` gives it. */
export type Compiler = typeof ts;
