import { afterEach, expect, test, vi } from 'vitest';
import type { Control } from '../../control/database.ts';
import { countRequests } from './index.ts';

afterEach(() => vi.restoreAllMocks());

test('a window never ends later than its length from now, whatever the clock is rounded to', async () => {
  const count = await countRequests({ shared: false } as Control);
  const clock = vi.spyOn(performance, 'now');
  for (let step = 0; step < 2_000; step += 1) {
    clock.mockReturnValue(step * 7.123456789);
    expect((await count(`caller ${step}`, 1_000)).endsInMs).toBeLessThanOrEqual(1_000);
  }
});
