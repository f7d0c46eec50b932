import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * A third of a source map: where a line begins, in what is built or in its source. Every place still leads to its line,
 * and no longer to its column.
 *
 * @param isShipped - Whether the source can be followed to; the others are left out.
 * @returns nothing if no place leads to such a source.
 */
export function thinSourceMap({ sources, mappings }: SourceMap, isShipped: (source: string) => boolean) {
  const shipped = sources.filter(isShipped);
  if (shipped.length === 0) return undefined;
  const thin = decode(mappings).map((segments) => {
    let last: string | undefined;
    return segments.flatMap((segment): SourceMapSegment[] => {
      if (segment.length === 1) return [];
      const [column, source, line, sourceColumn] = segment;
      const place = `${source}:${line}`;
      if (place === last) return [];
      last = place;
      const index = shipped.indexOf(sources[source]!);
      return [index === -1 ? [column] : [column, index, line, sourceColumn]];
    });
  });
  return { version: 3, sources: shipped, names: [], mappings: encode(thin) };
}
