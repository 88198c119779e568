import { Counter } from 'prom-client';

/** Why a credential was refused: it is wrong, or too many before it were. */
export type RefusalReason = (typeof REASONS)[number];

const REASONS = ['wrong_password', 'wrong_secret', 'too_many'] as const;

const failures = new Counter({
  name: 'belfry_failed_sign_ins_total',
  help: 'Passwords and secrets that this process refused, by surface and by reason',
  labelNames: ['surface', 'reason'],
});

export function countRefusal(surface: string, reason: RefusalReason): void {
  failures.inc({ surface, reason });
}

/** Shows the series of a surface before they count anything: alerts compare rates. */
export function showRefusals(surface: string): void {
  for (const reason of REASONS) failures.inc({ surface, reason }, 0);
}
