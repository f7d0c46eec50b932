import type { MockFigure, MockPage } from '../../generated/mock.gen.js';
import { fieldOf, withValueAt } from './fields.js';
import { makeData } from './make-data.js';
import type { MockRequest } from './mock-request.js';
import { numberedUuid, numberOfUuid } from './numbered-uuid.js';

/** The page that the request asks for, in its query or its body, with its totals, numbers and cursor. */
export function slicePage(list: MockPage, items: readonly unknown[], request: MockRequest): unknown {
  const { first, size: sizeName = '' } = list;
  const valueOf = (name: string) => request.query.get(name) ?? fieldOf(request.body, name) ?? undefined;
  const size = Number(valueOf(sizeName) ?? list.defaultSize);
  const start = startOf(list, valueOf(list.page), size);
  const end = start + size;
  const hasMore = end < items.length;
  const figures: Record<MockFigure, number | boolean | string | undefined> = {
    total: items.length,
    pages: Math.ceil(items.length / size),
    page: first + Math.floor(start / size),
    size,
    more: hasMore,
    // Some lists want a UUID, and the others take any text.
    next: hasMore ? numberedUuid(end) : undefined,
  };
  return Object.entries(list.figures ?? {}).reduce(
    (body, [path, figure]) => {
      const value = figures[figure];
      return value === undefined ? body : withValueAt(body, path, value);
    },
    withValueAt(makeData(list.body), list.place, items.slice(start, end)),
  );
}

/** A cursor that is not from the mock begins with the first item. */
function startOf({ style, first }: MockPage, page: unknown, size: number): number {
  if (style === 'cursor') return numberOfUuid(page) || 0;
  const number = Number(page ?? first);
  return style === 'offset' ? number : (number - first) * size;
}
