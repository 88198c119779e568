import { describe, expect, it } from 'vitest';
import { PROMISES } from './index.ts';
import { runCheck } from './run-check.ts';

describe('a share of every promise that can be measured is kept', () => {
  const measured = PROMISES.filter(({ check, noShare }) => check !== undefined && noShare === undefined);

  it.each(measured)('$id $claim', { timeout: 240_000 }, async (promise) => {
    const { kept, measured: seen } = await runCheck(promise, 'share', () => undefined);
    expect(kept, seen).toBe(true);
  });
});
