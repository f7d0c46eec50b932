import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { SourcePart } from './language-model-v3.js';
import type { JsonFields } from './shared-v3.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The documents that a reply may refer to by their ids: those in results of tools that are JSON of the form that Mistral
 * describes for citations, `{ "0": { "url": …, "title": … } }`.
 */
export function citedDocuments(messages: readonly object[]): ReadonlyMap<string, Fields> {
  const documents = new Map<string, Fields>();
  for (const { role, content } of messages as readonly Fields[]) {
    const results = role === 'tool' && typeof content === 'string' ? parseOrKeep(content) : undefined;
    // A later result takes the ids of an earlier one: the model refers to what it has just read.
    if (isRecord(results))
      for (const [id, document] of Object.entries(results))
        if (isRecord(document)) documents.set(id, document);
  }
  return documents;
}

/**
 * The sources in a block of content: one for each id of a reference, or the page that a tool of the API found.
 *
 * @param position - How much text of the reply comes before it.
 */
export function sourcesIn(
  { type, ...block }: Fields,
  documents: ReadonlyMap<string, Fields>,
  position: number,
): SourcePart[] {
  if (type === 'tool_reference')
    return [sourceOf(String(block.url ?? block.title), block, { position, ...block } as JsonFields)];
  const ids =
    type === 'reference' && Array.isArray(block.reference_ids)
      ? (block.reference_ids as JsonFields[string][])
      : [];
  return ids.map((id) =>
    sourceOf(String(id), documents.get(String(id)) ?? {}, { position, referenceId: id }),
  );
}

function sourceOf(id: string, { url, title }: Fields, mistral: JsonFields): SourcePart {
  const named = typeof title === 'string' && title !== '';
  const common = { type: 'source' as const, id, providerMetadata: { mistral } };
  return typeof url === 'string' && url !== ''
    ? { ...common, sourceType: 'url', url, ...(named ? { title } : {}) }
    : {
        ...common,
        sourceType: 'document',
        mediaType: 'text/plain',
        title: named ? title : `Reference ${id}`,
      };
}
