import type { ContentChunkParam } from '../../generated/types.gen.js';
import { fileChunk, storedFile, textChunk } from './file-chunk.js';
import type { ToolOutput, ToolOutputPart } from './language-model-v3.js';
import type { Warning } from './shared-v3.js';

/** The result of a tool as the content of a message, with its images and documents. */
export function toolOutputOf(output: ToolOutput, warnings: Warning[]): ContentChunkParam[] {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return [textChunk(output.value)];
    case 'json':
    case 'error-json':
      return [textChunk(JSON.stringify(output.value) ?? 'null')];
    case 'execution-denied':
      return [textChunk(output.reason ?? 'The user denied it.')];
    case 'content':
      return output.value.flatMap((part) => outputChunk(part, warnings));
  }
}

function outputChunk(part: ToolOutputPart, warnings: Warning[]): ContentChunkParam[] {
  switch (part.type) {
    case 'text':
      return [textChunk(part.text)];
    case 'file':
    case 'file-data':
    case 'image-data':
      return [fileChunk(part)];
    case 'image-url':
      return [{ type: 'image_url', image_url: part.url }];
    case 'file-url':
      // Version 4 of the interface does not say what is behind a URL.
      return [fileChunk({ data: new URL(part.url), mediaType: part.mediaType ?? typeByName(part.url) })];
    case 'file-id':
    case 'image-file-id':
      return [storedFile(part.fileId)];
    default:
      warnings.push({ type: 'unsupported', feature: `message part of the type ${part.type}` });
      return [];
  }
}

const typeByName = (url: string): string =>
  /\.(png|jpe?g|gif|webp)$/i.test(new URL(url).pathname) ? 'image/*' : 'application/pdf';
