import { before, MOST_WINDOWS, windowBounds } from '../../model/calendar-duration.ts';
import type { ComplianceParameter, Duration } from '../../model/compliance.ts';
import { badInput } from '../../model/errors.ts';

/** Fails with `bad_request` that names what cannot be evaluated. */
export function checkParameter({ controls }: ComplianceParameter, nowMs: number): void {
  const { assetBackup, assetProtection, policy } = controls;
  if (!assetBackup && !assetProtection && !policy) {
    throw badInput('parameter.controls', undefined, 'parameter.controls must name at least one control');
  }
  for (const [control, members] of Object.entries({ asset_backup: assetBackup, policy })) {
    for (const [name, member] of Object.entries(members ?? {})) {
      if (member !== undefined) checkDuration(`parameter.controls.${control}.${name}`, member, nowMs);
    }
  }
  if (assetBackup) checkWindows(assetBackup, nowMs);
}

const LONGEST: Duration = { unit: 'years', value: 100 };

function checkDuration(where: string, duration: Duration, nowMs: number): void {
  const snake = where.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const { value, unit } = duration;
  const fits = Number.isInteger(value) && value > 0 && before(nowMs, duration) >= before(nowMs, LONGEST);
  if (fits) return;
  throw badInput(snake, `${value} ${unit}`, `${snake} must be a whole number of ${unit} above 0, at most 100 years`);
}

function checkWindows(
  control: { readonly lookBackPeriod: Duration; readonly windowSize: Duration },
  nowMs: number,
): void {
  if (windowBounds(nowMs, control).length <= MOST_WINDOWS) return;
  const where = 'parameter.controls.asset_backup.window_size';
  const given = `${control.windowSize.value} ${control.windowSize.unit}`;
  throw badInput(where, given, `${where} must not cut look_back_period into ${MOST_WINDOWS} windows or more`);
}
