import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom } from '../src/kit/random.ts';
import { REPORT_TYPES } from '../src/model/report.ts';
import { type Belfry, type BelfryServer, belfryOn } from './belfry-process.ts';
import { type ListedReport, parseCsv } from './report-flow.ts';
import { post, receiptOf, type Server } from './served-imports.ts';

export interface KilledReports {
  /** Of a test's own. */
  readonly directory: string;
  readonly reports: number;
  readonly kills: number;
  /** Time between the moment reports are asked for and the kill. */
  readonly killAfterMs: (random: Random) => number;
  readonly log?: (line: string) => void;
}

export interface ReportsAfterKills {
  /** Tasks that an answer named before the server was killed. */
  readonly asked: readonly string[];
  /** All tasks there are, each once by its id. */
  readonly tasks: readonly ReportTask[];
  readonly listed: readonly ListedReport[];
  /** Files in the folder of reports. */
  readonly files: number;
  /** Reports whose file is not what its manifest says, with the reason. */
  readonly faulty: readonly string[];
}

interface ReportTask {
  readonly id: string;
  readonly status: string;
  readonly error_message?: string;
}

/** So many that a report takes a moment, in which it can be killed. */
const BACKUP_JOBS = 40_000;

/** Asks for reports of a server that is killed again and again, and waits until none of them is unfinished. */
export async function reportUnderKills(asked: KilledReports): Promise<ReportsAfterKills> {
  const random = seededRandom('report kills');
  const belfry = belfryOn(join(asked.directory, 'data'), {
    BELFRY_LOG_LEVEL: 'fatal',
    BELFRY_CLUMIO_RATE_PER_SECOND: '0',
  });
  const world = { belfry, server: await belfry.serve(), token: '' };
  try {
    world.token = await clumioTokenWithJobs(world.server, BACKUP_JOBS);
    const taskIds = await askAndKill(world, random, asked);
    const tasks = await settledTasks(world);
    const listed = await items<ListedReport>(world, '/reports/downloads?limit=10000');
    const files = (await readdir(join(belfry.data, 'reports'))).length;
    const faulty: string[] = [];
    for (const report of listed) faulty.push(...(await faultsOf(world.server, report)));
    return { asked: taskIds, tasks, listed, files, faulty };
  } finally {
    await world.server.stop();
  }
}

/** True where each report ended once: completed, listed and whole, or failed with the reason that the server stopped. */
export function isEachReportEndedOnce({ asked, tasks, listed, files, faulty }: ReportsAfterKills): boolean {
  const known = new Set(tasks.map(({ id }) => id));
  const completed = tasks.filter(({ status }) => status === 'completed');
  const failed = tasks.filter(({ status }) => status === 'failed');
  const listedTasks = listed.map(({ task_id }) => task_id).toSorted();
  return (
    known.size === tasks.length &&
    asked.every((id) => known.has(id)) &&
    completed.length > 0 &&
    failed.every(({ error_message: why }) => why?.includes('the server stopped')) &&
    listedTasks.join() ===
      completed
        .map(({ id }) => id)
        .toSorted()
        .join() &&
    files === listed.length &&
    faulty.length === 0
  );
}

/** Makes an organization with so many backup jobs and answers a token of the Clumio API for it. */
export async function clumioTokenWithJobs(server: Server, jobs: number): Promise<string> {
  await post(server, '/organizations', { slug: 'acme', name: 'Acme' });
  const client = { organization: 'acme', name: 'reports', api: 'clumio' };
  const { token } = await post<{ token: string }>(server, '/clients', client);
  const body = Buffer.from(backupJobs(jobs));
  const receipt = await receiptOf(server, { organization: 'acme', name: 'backups.csv', body });
  if (receipt?.stored !== jobs) throw new Error(`stored ${receipt?.stored} of ${jobs} jobs`);
  return token;
}

function backupJobs(jobs: number): string {
  const start = Date.now() - 86_400_000;
  const lines = Array.from({ length: jobs }, (_, number) => {
    const at = new Date(start + number * 1000).toISOString();
    return `nightly_backup,${number % 4 === 0 ? 'failed' : 'success'},host_path,nas:/${number},nas,${at},${at},${number},`;
  });
  const header =
    'task,status,primary_entity_type,primary_entity_id,primary_entity_value,start_timestamp,end_timestamp,bytes,message';
  return `${[header, ...lines].join('\n')}\n`;
}

interface ReportWorld {
  readonly belfry: Belfry;
  server: BelfryServer;
  token: string;
}

/** Who speaks the Clumio API, and where. */
interface Asker {
  readonly server: { readonly address: string };
  readonly token: string;
}

/** Answers the ids of the tasks that were named before the server went away. */
async function askAndKill(world: ReportWorld, random: Random, asked: KilledReports): Promise<string[]> {
  const ids: string[] = [];
  for (let kill = 0; kill < asked.kills; kill += 1) {
    const share =
      Math.floor(((kill + 1) * asked.reports) / asked.kills) - Math.floor((kill * asked.reports) / asked.kills);
    const asking = Promise.all(Array.from({ length: share }, () => askReport(world, random.pick(REPORT_TYPES))));
    await sleep(asked.killAfterMs(random));
    await world.server.stop('SIGKILL');
    ids.push(...(await asking).filter((id) => id !== undefined));
    world.server = await world.belfry.serve();
    asked.log?.(`kill ${kill + 1} of ${asked.kills}: ${ids.length} reports accepted`);
  }
  return ids;
}

/** The task's id, or undefined where the server went away before it said so. */
export async function askReport(world: Asker, type: string): Promise<string | undefined> {
  const body = JSON.stringify({ type, file_name: 'killed' });
  try {
    const answer = await clumio(world, '/reports/downloads', { method: 'POST', body });
    return ((await answer.json()) as { task_id: string }).task_id;
  } catch {
    return undefined;
  }
}

/** All tasks of reports, once each has ended. */
export async function settledTasks(world: Asker): Promise<ReportTask[]> {
  const filter = encodeURIComponent('{"category":{"$in":["report_generation"]}}');
  for (;;) {
    const tasks = await items<ReportTask>(world, `/tasks?limit=10000&filter=${filter}`);
    if (tasks.every(({ status }) => ['completed', 'failed'].includes(status))) return tasks;
    await sleep(200);
  }
}

export async function items<Item>(world: Asker, path: string): Promise<Item[]> {
  const answer = (await (await clumio(world, path)).json()) as { _embedded: { items: Item[] } };
  return answer._embedded.items;
}

function clumio({ server, token }: Asker, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.address}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
}

/** Where a report is downloaded: its link names the server as it was called when the report was made. */
export function urlOf(server: { readonly address: string }, report: ListedReport): string {
  const link = new URL(report.download_link);
  return `${server.address}${link.pathname}${link.search}`;
}

export interface Manifest {
  readonly sha256: string;
  readonly rows: number;
}

export async function manifestOf(url: string): Promise<Manifest> {
  return (await (await fetch(`${url}.manifest.json`)).json()) as Manifest;
}

async function faultsOf(server: BelfryServer, report: ListedReport): Promise<string[]> {
  const url = urlOf(server, report);
  const body = await (await fetch(url)).text();
  const manifest = await manifestOf(url);
  const rows = parseCsv(body).length;
  const faults: string[] = [];
  if (createHash('sha256').update(body).digest('hex') !== manifest.sha256) faults.push('another SHA-256');
  if (rows !== manifest.rows) faults.push(`${rows} rows, not ${manifest.rows}`);
  if (report.type === 'activity' && rows !== BACKUP_JOBS) faults.push(`${rows} rows of ${BACKUP_JOBS} jobs`);
  return faults.map((fault) => `report ${report.id}: ${fault}`);
}
