export type { ParsedChoice, ParsedCompletion, StructuredAgents, StructuredChat } from './completions.js';
export type { ParsedConversation, StructuredConversations } from './conversations.js';
export type { ParsedOCR, StructuredOCR } from './ocr.js';
export { ParsedStream } from './parsed-stream.js';
export {
  responseFormat,
  type Format,
  type Parsed,
  type PartlyParsed,
  type ResponseFormatOptions,
  type SchemaFormat,
} from './response-format.js';
export { jsonSchema } from './schema.js';
export type { InputOf, Issue, OutputOf, PlainJsonSchema, Schema, StandardSchema } from './schema.js';
export { structured } from './structured.js';
export { StructuredOutputError, type StructuredOutputReason } from './structured-output-error.js';
