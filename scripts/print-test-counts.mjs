/**
 * Prints `N passed, N failed` from the report of the last test run, and fails when there is none.
 *
 * Run: node scripts/print-test-counts.mjs
 */
import { existsSync, readFileSync } from 'node:fs';

const report = 'test-results/vitest.json';

if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that does not even load counts no failed test.
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
  console.log(`${numPassedTests} passed, ${failed} failed`);
} else {
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
