import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** What a stack trace or a breakpoint can point at, beside the beginning of a line. */
const landmark = /^(?:#?[\w$]+(?:\?\.)?\(|(?:await|new|return|throw|yield)\b)/;

/**
 * A third of a source map: the beginnings of lines, calls, and what throws. These are the places of stack traces and
 * breakpoints, and stay exact.
 *
 * @param code - What the map is of.
 * @param isShipped - Whether the source can be followed to; the others are left out.
 * @returns nothing if no place leads to such a source.
 */
export function thinSourceMap(
  { sources, mappings }: SourceMap,
  code: string,
  isShipped: (source: string) => boolean,
) {
  const lines = code.split('\n');
  const shipped = sources.filter(isShipped);
  const thin = decode(mappings).map((segments, line) =>
    segments
      .filter((segment): segment is [number, number, number, number] => segment.length > 1)
      .map(([column, source, ...place]): SourceMapSegment =>
        isShipped(sources[source]!) ? [column, shipped.indexOf(sources[source]!), ...place] : [column],
      )
      .filter(([column], index) => index === 0 || landmark.test(lines[line]!.slice(column))),
  );
  if (shipped.length === 0) return undefined;
  return { version: 3, sources: shipped, names: [], mappings: encode(thin) };
}
