import type { SignatureSummary } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { COLUMNS_BEFORE_ALIASES, eventsCondition } from './events-condition.ts';
import type { TrafficQuestion } from './traffic-source.ts';

export interface SignatureRow extends SignatureSummary {
  readonly signatureListId: number;
  readonly ruleId: number;
}

/** Intrusions by signature list, rule and signature, in that order. The rollup holds no signatures. */
export async function readSignatures(store: EventStore, question: TrafficQuestion): Promise<SignatureRow[]> {
  const events = eventsCondition(question);
  return store.query<SignatureRow>(
    `SELECT signature_list_id AS signatureListId, rule_id AS ruleId, signature_generator_id AS generatorId,
      signature_id AS id, toUnixTimestamp64Milli(toDateTime64(max(time), 3, 'UTC')) AS lastEventMs,
      countIf(verdict = 'blocked') AS blocked, countIf(verdict = 'detected') AS detected,
      countIf(verdict = 'would_block') AS wouldBlock
    FROM events WHERE ${events.sql} AND kind = 'intrusion'
    GROUP BY signatureListId, ruleId, generatorId, id ORDER BY signatureListId, ruleId, generatorId, id`,
    events.parameters,
    COLUMNS_BEFORE_ALIASES,
  );
}
