/**
 * What one chat call of other SDKs weighs in a browser, gzipped: bundled by esbuild 0.28 and minified, in 2026. They are
 * not installed here, so these figures stand as they were measured.
 */
export const peerGzipBytes: Readonly<Record<string, number>> = {
  '@mistralai/mistralai, its client': 197_927,
  '@mistralai/mistralai, its flat functions': 55_408,
  openai: 86_217,
};
