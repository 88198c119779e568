import { lookUpIdentityLabels } from '../../events/queries/labels.ts';
import type { MatchRow } from '../../events/queries/rule-matches.ts';
import type { AlarmEndpoint, AlarmMatch, AlarmRule } from '../../model/alarm.ts';
import { alarmId } from '../../model/alarm-id.ts';
import type { Organization } from '../../model/organization.ts';
import type { Context } from '../context.ts';
import { asBegun } from './as-begun.ts';

export interface FoundRow {
  readonly row: MatchRow;
  readonly rule: AlarmRule;
}

/** What rows of the event store say of alarms: their organizations, rules and identities by name. */
export async function toMatches(
  context: Context,
  organizations: ReadonlyMap<number, Organization>,
  found: readonly FoundRow[],
): Promise<AlarmMatch[]> {
  const names = await namesOf(context, found);
  return found.flatMap(({ row, rule }) => {
    const organization = organizations.get(row.org);
    if (organization === undefined) return [];
    const nameOf = (identity: string) => names.get(`${row.org}/${identity}`) ?? '';
    return [toMatch(organization, rule, row, nameOf)];
  });
}

function toMatch(
  organization: Organization,
  rule: AlarmRule,
  row: MatchRow,
  nameOf: (identity: string) => string,
): AlarmMatch {
  const windowStartMs = row.stretch * rule.muteSeconds * 1000;
  const key = { ruleId: rule.id, organizationUuid: organization.uuid, groupKey: row.key, windowStartMs };
  const identity = identityIn(row.key);
  return {
    alarmId: alarmId(key),
    organizationId: organization.id,
    batchSeq: row.seq,
    rule,
    groupKey: identity === undefined ? row.key : nameOf(identity) || row.key,
    windowStartMs,
    events: row.events,
    firstEventUs: row.first_us,
    lastEventUs: row.last_us,
    positions: row.positions.map(([timeUs, seq, number]) => ({ timeUs, seq, row: number })),
    ...asBegun(
      row.sources.map(([[address, number], events]) => sourceOf(address, nameOf(String(number)), events)),
      row.destinations.map(([[address, name], events]) => ({ address, name, events })),
    ),
    sensors: row.formats,
  };
}

/** An identity may be known by nothing but its address. */
function sourceOf(address: string, name: string, events: number): AlarmEndpoint {
  return { address, name: name === address ? '' : name, events };
}

function identityIn(key: string): string | undefined {
  return /^identity:(\d+)$/.exec(key)?.[1];
}

/** Names of all identities that the rows speak of, by organization and number. */
async function namesOf({ events }: Context, found: readonly FoundRow[]): Promise<Map<string, string>> {
  const numbers = new Map<number, Set<string>>();
  for (const { row } of found) {
    const known = numbers.get(row.org) ?? new Set();
    numbers.set(row.org, known);
    for (const [[, number]] of row.sources) if (number !== 0) known.add(String(number));
    const identity = identityIn(row.key);
    if (identity !== undefined) known.add(identity);
  }
  const names = new Map<string, string>();
  for (const [org, keys] of numbers) {
    const labels = await lookUpIdentityLabels(events, org, [...keys]);
    for (const [key, label] of labels) names.set(`${org}/${key}`, label);
  }
  return names;
}
