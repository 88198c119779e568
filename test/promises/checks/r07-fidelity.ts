import { countTests } from '../counted-tests.ts';
import type { PublicPromise } from '../promise.ts';

/** Each compares an answer with the vendor's documentation or with what a public client sends and reads. */
const CONTRACTS = [
  'test/contract/dialects.int.test.ts',
  'src/dialects/umbrella-v1/',
  'src/dialects/umbrella-v2/',
  'src/dialects/usm-anywhere/',
  'src/dialects/usm-central/',
  'src/dialects/clumio/',
];

export const apisAnswerAsDocumented: PublicPromise = {
  id: 'R7',
  claim: 'The five APIs answer as their vendors document them',
  figure: 'at least 300 contract checks, all passed',
  noShare: 'all of its tests run with the others',
  async check(run) {
    const { passed, failed, skipped } = await countTests(run, CONTRACTS);
    const measured = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    return { kept: passed >= 300 && failed === 0, measured };
  },
};
