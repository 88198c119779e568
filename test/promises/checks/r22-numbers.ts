import { countTests } from '../counted-tests.ts';
import type { PublicPromise } from '../promise.ts';

const QUESTIONS = 1_000;

export const numbersAgree: PublicPromise = {
  id: 'R22',
  claim: 'Summaries equal the events',
  figure: '1,000 random windows and filters: rollups equal the raw scan',
  noShare: 'the tests ask 60 with every run',
  async check(run) {
    const patience = ['--testTimeout', '1800000'];
    const files = ['src/events/queries/differential.int.test.ts', ...patience];
    const { passed, failed } = await countTests(run, files, { QUESTIONS: String(QUESTIONS) });
    const measured = `${QUESTIONS} windows and filters for each of ${passed + failed} kinds of answers, ${failed} of them unequal`;
    return { kept: passed > 0 && failed === 0, measured };
  },
};
