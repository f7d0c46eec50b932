export { addDocument, type AddedDocument, type LibraryDocuments } from './add-document.js';
export { CleanupError } from './cleanup-error.js';
export { images, type ExtractedImage, type ImageReference } from './images.js';
export { markdown, type MarkdownOptions } from './markdown.js';
export {
  ocrFile,
  type OcrFileResult,
  type OcrClient,
  type OcrFileOptions,
  type OcrParams,
} from './ocr-file.js';
export { tables, type ExtractedTable } from './tables.js';
