import { type AfterKills, importUnderKills, isNothingLostOrDoubled } from '../../imports-under-kills.ts';
import type { PublicPromise } from '../promise.ts';

const KILLS = 100;

export const acknowledgedEventsSurviveCrashes: PublicPromise = {
  id: 'R1',
  claim: 'What was acknowledged survives `kill -9`',
  figure: '100 kills during imports: none lost, none twice',
  noShare: 'test/e2e/kill.int.test.ts is its share',
  async check(run) {
    const found = await importUnderKills({
      directory: run.directory,
      kills: KILLS,
      files: KILLS / 4,
      linesPerFile: 240_000,
      killWithinMs: 1_500,
      log: run.log,
    });
    return { kept: isNothingLostOrDoubled(found), measured: measured(found) };
  },
};

function measured({ sent, acknowledged, keptOfThem, stored, hourly, daily }: AfterKills): string {
  const lost = Math.max(0, acknowledged - keptOfThem);
  return `${KILLS} kills: ${lost} of ${figure(acknowledged)} acknowledged lines lost; of ${figure(sent.lines)} sent again ${figure(stored.lines)} stored, rollups count ${figure(hourly)} and ${figure(daily)}`;
}

const figure = (count: number) => count.toLocaleString('en');
