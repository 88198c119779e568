import type { EventKind } from '../../model/event.ts';
import type { RecordColumn } from '../record.ts';

/** What the records of one Zeek log mean, beyond what all logs have in common (mapping.ts). */
export interface ZeekLog {
  readonly kind: EventKind;
  /** ClickHouse expressions over `fields`. */
  readonly columns: Readonly<Partial<Record<Exclude<RecordColumn, 'extra'>, string>>>;
  /** Fields that a column holds in full, so that `extra` need not. */
  readonly consumed: readonly string[];
  /** Entries that `extra` gets beside the fields, an expression for a `Map(String, String)`, and when. */
  readonly extra?: { readonly when: string; readonly entries: string };
}
