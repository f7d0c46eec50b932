import type { OCRResponse, OCRTableObject } from '../../generated/types.gen.js';

/** A table of a document. */
export interface ExtractedTable extends OCRTableObject {
  /** The number of its page, from 0. */
  readonly page: number;
}

/**
 * The tables of a document, in the order of the pages. They are extracted only if the request had a `table_format`;
 * otherwise they are part of the Markdown.
 */
export const tables = ({ pages }: Pick<OCRResponse, 'pages'>): ExtractedTable[] =>
  pages.flatMap(({ index, tables: found }) => (found ?? []).map((table) => ({ ...table, page: index })));
