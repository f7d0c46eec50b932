import type { ContentChunkParam } from '../../generated/types.gen.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import { toolContent } from '../tools/tool-content.js';
import { McpToolError } from './mcp-tool-error.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a tool returns to a run, for the result of its MCP tool: one text where all is text, content where it is not, and the
 * structured content where there is nothing else.
 *
 * @throws {McpToolError} for a result that is an error.
 */
export function readResult(toolName: string, result: unknown): unknown {
  if (!isRecord(result))
    throw new MistralError(
      `callTool() of the MCP client must return { content: […] }, got ${kindOf(result)} for \`${toolName}\``,
    );
  const { isError, structuredContent } = result;
  const chunks = [result.content ?? []].flat().map(chunkOf);
  const texts = chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : []));
  if (isError !== true && chunks.length === 0) return structuredContent;
  if (structuredContent != null && !isSaid(texts, structuredContent)) {
    const json = JSON.stringify(structuredContent);
    texts.push(json);
    chunks.push({ type: 'text', text: json });
  }
  const text = texts.join('\n');
  if (isError === true) throw new McpToolError(toolName, text || 'it did not say why', result);
  return texts.length === chunks.length ? text : toolContent(chunks);
}

/**
 * Whether the texts say the structured content already, as the protocol recommends: as JSON, or as the Python SDK writes what it
 * wraps in `result`, with a text for each item of a list.
 */
function isSaid(texts: readonly string[], value: unknown): boolean {
  if (texts.some((text) => says(text, value))) return true;
  if (!isRecord(value) || Object.keys(value).join() !== 'result') return false;
  const { result } = value;
  return (
    texts.some((text) => says(text, result)) ||
    (Array.isArray(result) &&
      result.length === texts.length &&
      texts.every((text, index) => says(text, result[index])))
  );
}

const says = (text: string, value: unknown): boolean =>
  text === value || JSON.stringify(parseOrKeep(text)) === JSON.stringify(value);

function chunkOf(block: unknown): ContentChunkParam {
  if (typeof block === 'string') return textChunk(block);
  const fields: Fields = isRecord(block) ? block : {};
  const { type, data, mimeType } = fields;
  if (type === 'resource' && isRecord(fields.resource)) {
    const { uri, text, blob, mimeType: fileType } = fields.resource;
    return typeof text === 'string'
      ? textChunk(text)
      : fileChunk(`The resource ${String(uri)}`, fileType, blob);
  }
  if (type === 'resource_link') return textChunk(linkText(fields));
  if (type === 'text' && typeof fields.text === 'string') return textChunk(fields.text);
  return fileChunk(`Content of the type ${JSON.stringify(type)}`, mimeType, data);
}

const textChunk = (text: string): ContentChunkParam => ({ type: 'text', text });

/** A file in base64; what no chunk can hold becomes a note for the model. */
function fileChunk(subject: string, mimeType: unknown, data: unknown): ContentChunkParam {
  if (typeof data === 'string' && typeof mimeType === 'string') {
    const type = mimeType.replace(/\s*;.*$/s, '').toLowerCase();
    const url = `data:${type};base64,${data}`;
    if (type.startsWith('image/')) return { type: 'image_url', image_url: url };
    if (type.startsWith('audio/')) return { type: 'input_audio', input_audio: data };
    if (type === 'application/pdf') return { type: 'document_url', document_url: url };
    const text = isTextType.test(type) ? decodedText(data) : undefined;
    if (text !== undefined) return textChunk(text);
  }
  return textChunk(
    `[${subject}${typeof mimeType === 'string' ? ` (${mimeType})` : ''} is left out: it is not text, an image, audio or a PDF]`,
  );
}

const isTextType = /^text\/|^application\/(?:.+\+)?(?:json|xml|yaml)$/;

/** Some servers send texts as bytes; `undefined` for what is not UTF-8. */
function decodedText(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const linkText = ({ name, title = name, uri, description }: Fields): string =>
  [title, uri, description].filter((part) => typeof part === 'string').join('\n');
