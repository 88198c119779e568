import { entriesBelow, newestEntry } from '../../control/repos/find-audit-entries.ts';
import type { FileTarget, WrittenFile } from '../../events/write-file.ts';
import { csvRow } from '../../kit/csv-row.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { sortableInstant } from '../../kit/sortable-instant.ts';
import { writeWholeFile } from '../../kit/whole-file.ts';
import type { AuditReportQuestion } from '../../model/report.ts';
import { type AuditEntryRow, READABLE_DAYS } from '../audit/list-audit-entries.ts';
import { namedWithin } from '../audit/named-within.ts';
import type { Context } from '../context.ts';
import type { ReportUnits, ReportWords } from './report-work.ts';

export interface AuditReport {
  readonly question: AuditReportQuestion;
  readonly units: ReportUnits;
  readonly words: ReportWords;
  /** When it was asked for, in milliseconds since 1970. */
  readonly acceptedMs: number;
}

/** One row for each entry of the trail there is when this begins, newest first, of the 90 days before it was asked for. */
export async function writeAudit(
  context: Context,
  report: AuditReport,
  { path, signal }: FileTarget,
): Promise<WrittenFile> {
  const { words, units } = report;
  let rows = 0;
  const written = await writeWholeFile(path, async (append) => {
    await append(csvRow(words.auditColumns));
    for await (const entries of entriesOf(context, report)) {
      signal?.throwIfAborted();
      rows += entries.length;
      await append(entries.map((entry) => csvRow(words.auditCells(entry, units))).join(''));
    }
  });
  return { ...written, rows };
}

/** Entries held at a time. */
const STEP = 1000;

async function* entriesOf(context: Context, report: AuditReport): AsyncGenerator<AuditEntryRow[]> {
  const { db } = context.control;
  const filter = { ...filterOf(report), namedWithin: await namedWithin(context, report.units.rootId) };
  let belowSeq = (await newestEntry(db)) + 1;
  for (;;) {
    const entries = await entriesBelow(db, filter, { belowSeq, limit: STEP });
    const last = entries.at(-1);
    if (last === undefined) return;
    belowSeq = last.seq;
    yield entries.filter((entry) => hasWords(entry, report));
    if (entries.length < STEP) return;
  }
}

function filterOf({ question, acceptedMs }: AuditReport) {
  const { type: _type, categories: _categories, verbs: _verbs, fromMs, beforeMs, ...filter } = question;
  const from = Math.max(fromMs, acceptedMs - READABLE_DAYS * DAY_MS);
  return {
    ...filter,
    from: sortableInstant(from),
    ...(beforeMs !== undefined && { before: sortableInstant(beforeMs) }),
  };
}

function hasWords({ action }: AuditEntryRow, { question, words }: AuditReport): boolean {
  const { category, verb } = words.actionWords(action);
  return (question.categories?.includes(category) ?? true) && (question.verbs?.includes(verb) ?? true);
}
