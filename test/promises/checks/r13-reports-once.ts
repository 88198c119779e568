import { isEachReportEndedOnce, reportUnderKills } from '../../reports-under-kills.ts';
import type { PublicPromise } from '../promise.ts';

const PROMISED = 200;
/** More than promised: reports that are asked for at the moment of a kill are not accepted. */
const ASKED = 300;
const KILLS = 25;

export const reportsFinishOnce: PublicPromise = {
  id: 'R13',
  claim: 'Reports finish exactly once',
  figure: '200 reports, the process killed every 5 s: each finishes once or fails with a reason',
  noShare: 'test/e2e/report-kill.int.test.ts is its share',
  async check(run) {
    const found = await reportUnderKills({
      directory: run.directory,
      reports: ASKED,
      kills: KILLS,
      killAfterMs: (random) => random.between(50, 5_000),
      log: run.log,
    });
    const count = (status: string) => found.tasks.filter((task) => task.status === status).length;
    return {
      kept: found.tasks.length >= PROMISED && isEachReportEndedOnce(found),
      measured: `${KILLS} kills within 5 s of the reports' start: of ${found.tasks.length} reports ${count('completed')} completed, ${count('failed')} failed with a reason, ${found.tasks.length - count('completed') - count('failed')} neither; ${found.faulty.length} files unlike their manifest`,
    };
  },
};
