// Prints the one line that sums up a test run, from the file Vitest's JSON reporter wrote.
import { read } from './root.mjs';

const report = read(process.argv[2]);
if (!report) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report);
// A file that fails before its first test counts as one failure.
const failedFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
);
const skipped = numPendingTests + numTodoTests;
const totals = [`${numPassedTests} passed`, `${numFailedTests + failedFiles.length} failed`];
console.log([...totals, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', '));
