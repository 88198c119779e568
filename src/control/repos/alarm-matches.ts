import { isDeepStrictEqual } from 'node:util';
import type { Alarm, AlarmEvidence, AlarmMatch } from '../../model/alarm.ts';
import { combineEvidence, evidenceOf } from '../../model/alarm-evidence.ts';
import type { Trx } from '../transaction.ts';
import { type AlarmChange, currentAlarms, writeAlarms } from './alarm-versions.ts';
import { chunks } from './chunks.ts';

export interface RecordOptions extends AlarmChange {
  /** Whether a new alarm arrives hidden, and then closed as well. */
  readonly suppressedBy: (alarm: Alarm) => boolean;
}

export interface RecordedMatches {
  readonly created: readonly Alarm[];
  readonly changed: readonly Alarm[];
}

/**
 * Makes alarms of matches. What a batch added to an alarm counts once, however often it is recorded: where it is now said
 * to have added something else, that replaces what was said before. An alarm keeps the rule it was first raised by,
 * whatever the rule becomes, and what people did with it.
 */
export async function recordMatches(
  trx: Trx,
  matches: readonly AlarmMatch[],
  { change, nowMs, suppressedBy }: RecordOptions,
): Promise<RecordedMatches> {
  const before = await currentAlarms(trx, [...new Set(matches.map(({ alarmId }) => alarmId))]);
  const shares = await recordShares(
    trx,
    matches.filter((match) => isFree(before.get(match.alarmId), match)),
  );
  const created: Alarm[] = [];
  const changed: Alarm[] = [];
  for (const { match, evidence, isWhole } of shares) {
    const known = before.get(match.alarmId);
    if (known === undefined) {
      created.push(raised(match, combineEvidence(evidence), nowMs));
    } else {
      const alarm = { ...known, ...combineEvidence(isWhole ? evidence : [known, ...evidence]) };
      if (!isDeepStrictEqual(alarm, known)) changed.push(alarm);
    }
  }
  const arrived = created.map((alarm) =>
    suppressedBy(alarm) ? { ...alarm, suppressed: true, status: 'closed' as const } : alarm,
  );
  await writeAlarms(trx, { change, nowMs }, [...arrived, ...changed]);
  return { created: arrived, changed };
}

/** Whether an id is not that of somebody else's alarm: a peer may give its alarms any id. */
function isFree(holder: Alarm | undefined, { organizationId }: AlarmMatch): boolean {
  return holder === undefined || (holder.peerId === null && holder.organizationId === organizationId);
}

function raised(match: AlarmMatch, evidence: AlarmEvidence, nowMs: number): Alarm {
  return {
    id: match.alarmId,
    organizationId: match.organizationId,
    rule: match.rule,
    groupKey: match.groupKey,
    windowStartMs: match.windowStartMs,
    ...evidence,
    receivedMs: nowMs,
    status: 'open',
    suppressed: false,
    labels: [],
    peerId: null,
    document: null,
  };
}

/** What an alarm is to be made of. */
interface Share {
  /** Any one of the alarm's matches. */
  readonly match: AlarmMatch;
  readonly evidence: readonly AlarmEvidence[];
  /** Whether `evidence` is all there is, or to be added to what the alarm has. */
  readonly isWhole: boolean;
}

/** Writes down what each batch added to each alarm. Answers alarms for which something is new. */
async function recordShares(trx: Trx, matches: readonly AlarmMatch[]): Promise<Share[]> {
  const news = await unknownOf(trx, matches);
  for (const some of chunks(news, 1000)) {
    await trx
      .insertInto('alarmMatches')
      .values(
        some.map(({ alarmId, batchSeq, evidence }) => ({ alarmId, batchSeq, evidence: JSON.stringify(evidence) })),
      )
      .onConflict((conflict) =>
        conflict.columns(['alarmId', 'batchSeq']).doUpdateSet((eb) => ({ evidence: eb.ref('excluded.evidence') })),
      )
      .execute();
  }
  const whole = await allEvidence(trx, [...new Set(news.filter((one) => one.replaces).map(({ alarmId }) => alarmId))]);
  const shares = new Map<string, Share & { readonly evidence: AlarmEvidence[] }>();
  for (const { alarmId, match, evidence } of news) {
    const all = whole.get(alarmId);
    const share = shares.get(alarmId);
    if (share === undefined) shares.set(alarmId, { match, evidence: all ?? [evidence], isWhole: all !== undefined });
    else if (!share.isWhole) share.evidence.push(evidence);
  }
  return [...shares.values()];
}

interface News {
  readonly alarmId: string;
  readonly batchSeq: number;
  readonly match: AlarmMatch;
  readonly evidence: AlarmEvidence;
  /** The batch was said to have added something else before. */
  readonly replaces: boolean;
}

async function unknownOf(trx: Trx, matches: readonly AlarmMatch[]): Promise<News[]> {
  // Where one is given twice, the later one holds.
  const byKey = new Map(matches.map((match) => [keyOf(match), match]));
  const { known, foldedThrough } = await knownShares(trx, [...byKey.values()]);
  return [...byKey].flatMap(([key, match]) => {
    if (match.batchSeq <= (foldedThrough.get(match.alarmId) ?? 0)) return [];
    const evidence = evidenceOf(match);
    const before = known.get(key);
    if (before === JSON.stringify(evidence)) return [];
    const { alarmId, batchSeq } = match;
    return [{ alarmId, batchSeq, match, evidence, replaces: before !== undefined }];
  });
}

function keyOf({ alarmId, batchSeq }: Pick<AlarmMatch, 'alarmId' | 'batchSeq'>): string {
  return `${alarmId}/${batchSeq}`;
}

interface KnownShares {
  /** What is on record of alarms and batches, as it was written. */
  readonly known: ReadonlyMap<string, string>;
  /** By alarm, the last batch of those whose shares are on record in one (`folded-matches.ts`). */
  readonly foldedThrough: ReadonlyMap<string, number>;
}

async function knownShares(trx: Trx, matches: readonly AlarmMatch[]): Promise<KnownShares> {
  const known = new Map<string, string>();
  const foldedThrough = new Map<string, number>();
  for (const some of chunks(matches, 1000)) {
    const rows = await trx
      .selectFrom('alarmMatches')
      .selectAll()
      .where('alarmId', 'in', [...new Set(some.map(({ alarmId }) => alarmId))])
      .where((eb) =>
        eb.or([eb('batchSeq', 'in', [...new Set(some.map(({ batchSeq }) => batchSeq))]), eb('batchSeq', '<', 0)]),
      )
      .execute();
    for (const row of rows) {
      if (row.batchSeq < 0) foldedThrough.set(row.alarmId, -row.batchSeq);
      else known.set(keyOf(row), row.evidence);
    }
  }
  return { known, foldedThrough };
}

async function allEvidence(trx: Trx, alarmIds: readonly string[]): Promise<Map<string, AlarmEvidence[]>> {
  const found = new Map<string, AlarmEvidence[]>(alarmIds.map((id) => [id, []]));
  for (const some of chunks(alarmIds, 1000)) {
    const rows = await trx.selectFrom('alarmMatches').selectAll().where('alarmId', 'in', some).execute();
    for (const { alarmId, evidence } of rows) found.get(alarmId)?.push(JSON.parse(evidence));
  }
  return found;
}
