export { jsonSchema } from './schema.js';
export type { Issue, OutputOf, PlainJsonSchema, Schema, StandardSchema } from './schema.js';
