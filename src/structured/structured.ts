import { ArgumentError } from '../errors/argument-error.js';
import {
  structuredCompletions,
  type AgentsResource,
  type ChatResource,
  type StructuredAgents,
  type StructuredChat,
} from './completions.js';
import {
  structuredConversations,
  type ConversationsResource,
  type StructuredConversations,
} from './conversations.js';
import { structuredOCR, type OCRResource, type StructuredOCR } from './ocr.js';

/**
 * Structured outputs: the methods of `mistral.chat`, `mistral.agents`, `mistral.beta.conversations` or `mistral.ocr` that take
 * a response format, with a schema in its place and a parsed, validated reply.
 *
 * @throws {ArgumentError} for anything else.
 *
 * @example
 * ```ts
 * const chat = structured(mistral.chat);
 * const { parsed } = await chat.parse({
 *   model: 'mistral-small-latest',
 *   messages: [{ role: 'user', content: 'Who wrote Candide?' }],
 *   response_format: Author,
 * });
 * console.log(parsed.name);
 * ```
 */
export function structured(chat: ChatResource): StructuredChat;
export function structured(agents: AgentsResource): StructuredAgents;
export function structured(conversations: ConversationsResource): StructuredConversations;
export function structured(ocr: OCRResource): StructuredOCR;
export function structured(
  resource: ChatResource | AgentsResource | ConversationsResource | OCRResource,
): unknown {
  if (typeof resource === 'object' && resource !== null) {
    if ('complete' in resource && 'stream' in resource) return structuredCompletions(resource);
    if ('startStream' in resource) return structuredConversations(resource);
    if ('process' in resource) return structuredOCR(resource);
  }
  throw new ArgumentError(
    'structured(resource) takes `mistral.chat`, `mistral.agents`, `mistral.beta.conversations` or `mistral.ocr`',
  );
}
