import type { LightMyRequestResponse } from 'fastify';
import { claimJob, releaseJob } from '../src/control/repos/jobs.ts';
import { openShelf } from '../src/core/reports/index.ts';
import { clumioReportWords } from '../src/dialects/clumio/report-words.ts';
import { writeReportTask } from '../src/jobs/tasks/write-report.ts';
import type { Headers } from './clumio-api.ts';
import type { World } from './world.ts';

/** A report as its list has it. */
export interface ListedReport {
  readonly id: string;
  readonly type: string;
  readonly file_name: string;
  readonly filters: string;
  readonly start_timestamp: string;
  readonly end_timestamp: string;
  readonly expiration_timestamp: string;
  readonly download_link: string;
  readonly task_id: string;
}

export interface Asked {
  readonly type: string;
  readonly file_name?: string;
  readonly filter?: unknown;
}

export function askReport(world: World, headers: Headers, asked: Asked): Promise<LightMyRequestResponse> {
  const { filter, type, file_name = 'report' } = asked;
  const text = filter === undefined ? {} : { filter: typeof filter === 'string' ? filter : JSON.stringify(filter) };
  const payload = JSON.stringify({ type, file_name, ...text });
  return world.app.inject({ method: 'POST', url: '/reports/downloads', headers, payload });
}

/** Writes every report that was asked for, as the server's jobs do. */
export async function writeReports(world: World): Promise<void> {
  const { db } = world.context.control;
  const log = { debug: () => undefined, warn: () => undefined, error: () => undefined };
  const kind = writeReportTask(world.context, { shelf: world.deps.reportShelf, words: clumioReportWords }, log);
  await openShelf(world.context, world.deps.reportShelf);
  for (;;) {
    const now = new Date(Date.now() + 1_000);
    const job = await claimJob(db, { owner: 'test', now, leaseMs: 60_000, kinds: ['write-report'] });
    if (job === undefined) return;
    const { signal } = new AbortController();
    await kind.run(job.payload, { signal, attempt: job.attempt, jobId: job.id });
    await releaseJob(db, job, { state: 'succeeded' });
  }
}

export async function listedReports(world: World, headers: Headers, query = ''): Promise<ListedReport[]> {
  const answer = await world.app.inject({ url: `/reports/downloads?limit=10000${query}`, headers });
  return answer.json()._embedded.items;
}

/** The rows of a report by column: asked for, written, and fetched by its link. */
export async function rowsOf(world: World, headers: Headers, asked: Asked): Promise<Record<string, string>[]> {
  const answer = await askReport(world, headers, asked);
  if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${answer.body}`);
  await writeReports(world);
  const report = (await listedReports(world, headers)).find(({ task_id }) => task_id === answer.json().task_id);
  if (report === undefined) throw new Error('the report is not listed');
  const file = await fetchLink(world, report.download_link);
  return parseCsv(file.body);
}

/** Follows a link as its holder would: without any header. */
export function fetchLink(world: World, link: string, headers: Headers = {}): Promise<LightMyRequestResponse> {
  const { pathname, search } = new URL(link);
  return world.app.inject({ url: pathname + search, headers });
}

/** RFC 4180, strictly: anything else throws. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = splitCsv(text);
  return rows.map((cells) => {
    if (cells.length !== header?.length) throw new Error(`a row of ${cells.length} cells`);
    return Object.fromEntries(cells.map((cell, index) => [header[index] ?? '', cell]));
  });
}

function splitCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
    cell.lastIndex = at;
    const match = cell.exec(text);
    row.push(match?.[1]?.replaceAll('""', '"') ?? match?.[2] ?? '');
    at = cell.lastIndex;
    if (text.startsWith(',', at)) at += 1;
    else if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`no CSV at ${at}: ${text.slice(at, at + 20)}`);
  }
  if (row.length > 0) throw new Error('the last row has no end');
  return rows;
}
