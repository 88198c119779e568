import { AppError } from '../model/errors.ts';
import type { Settings } from './settings.ts';

/** Version of a ClickHouse server: `26.3.2.1` is [26, 3]. */
export type Release = readonly [year: number, month: number];

/** The oldest release with long-term support that knows every setting and function in use. */
const OLDEST: Release = [25, 3];

/** Settings that came after the oldest release; those before did by default what they ask for. */
const LATER_SETTINGS: Readonly<Record<string, Release>> = { deduplicate_insert_select: [25, 12] };

/** @throws AppError `unavailable` when it is no version: something else answers at this address */
export function readRelease(text: string): Release {
  const [, year, month] = /^(\d+)\.(\d+)\./.exec(text) ?? [];
  if (year !== undefined && month !== undefined) return [Number(year), Number(month)];
  throw new AppError('unavailable', {
    public: 'what answers at the address of the event store is no ClickHouse server',
  });
}

/** @throws AppError `unavailable` that names both versions */
export function refuseOldRelease(release: Release, host: string): void {
  if (!isBefore(release, OLDEST)) return;
  const sentence = `the ClickHouse server at ${host} is version ${release.join('.')}, and Belfry needs ${OLDEST.join('.')} or newer`;
  throw new AppError('unavailable', { public: sentence });
}

export function settingsKnownBy(release: Release, settings: Settings): Settings {
  const known = Object.entries(settings).filter(([name]) => !isBefore(release, LATER_SETTINGS[name] ?? OLDEST));
  return Object.fromEntries(known);
}

function isBefore([year, month]: Release, [otherYear, otherMonth]: Release): boolean {
  return year < otherYear || (year === otherYear && month < otherMonth);
}
