/**
 * What each room may import, besides itself. `import type` counts.
 *
 * A room may name only rooms above it in the table, so a cycle cannot be written down. The picture in
 * docs/architecture.md is drawn from it: `npm run check:layers -- --write`.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  codegen: [],
  generated: [],
  'src/internal': [],
  'src/errors': ['src/internal'],
  'src/transport': ['src/errors', 'src/internal', 'generated'],
  'src/content': ['src/internal', 'generated'],
  'src/messages': ['src/errors', 'src/internal', 'generated'],
  'src/streaming': ['src/errors', 'src/internal', 'src/content', 'src/messages', 'generated'],
  'src/pagination': ['src/errors'],
  'src/uploads': ['src/errors', 'src/internal'],
  'src/resources': [
    'src/errors',
    'src/internal',
    'src/transport',
    'src/streaming',
    'src/pagination',
    'src/uploads',
    'generated',
  ],
  'src/operations': [
    'src/errors',
    'src/transport',
    'src/streaming',
    'src/uploads',
    'src/resources',
    'generated',
  ],
  'src/structured': [
    'src/errors',
    'src/internal',
    'src/transport',
    'src/content',
    'src/streaming',
    'src/resources',
    'generated',
  ],
  'src/tools': [
    'src/errors',
    'src/internal',
    'src/content',
    'src/messages',
    'src/streaming',
    'src/structured',
    'src/resources',
    'generated',
  ],
  'src/hosts': ['src/errors', 'src/transport'],
  'src/concurrency': ['src/errors', 'src/internal', 'src/transport', 'generated'],
  'src/waiting': ['src/errors', 'src/internal', 'generated'],
  'src/documents': [
    'src/errors',
    'src/internal',
    'src/uploads',
    'src/concurrency',
    'src/waiting',
    'generated',
  ],
  'src/otel': ['src/errors', 'src/internal', 'src/content', 'src/transport'],
  'src/batch': ['src/errors', 'src/internal', 'src/transport', 'src/waiting', 'generated'],
  'src/realtime': ['src/errors', 'src/internal', 'src/transport', 'generated'],
  'src/testing': ['src/errors', 'src/internal', 'src/messages', 'generated'],
};
