import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    setupFiles: ['test/helpers/no-network.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/vitest.json' },
    // A promise that fails with nobody looking fails the run, also in what a test starts.
    execArgv: ['--unhandled-rejections=strict'],
    // A test of the pipeline runs the generators themselves.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
