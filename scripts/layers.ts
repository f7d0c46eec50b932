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
  'src/streaming': ['src/errors', 'src/internal', 'src/content', 'generated'],
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
  'src/hosts': ['src/errors', 'src/transport'],
  'src/realtime': ['src/errors', 'src/internal', 'src/transport', 'generated'],
  'src/testing': ['src/errors', 'generated', 'src/streaming'],
};
