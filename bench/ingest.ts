/**
 * How fast a file becomes stored, counted events: the whole pipeline against the engine's own INSERT … SELECT … FROM file()
 * with the same mapping into the same table, in one run. `npx tsx bench/ingest.ts [lines]`
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startImport } from '../src/control/repos/imports.ts';
import { suricataEve } from '../src/formats/suricata-eve/index.ts';
import { umbrellaCsv } from '../src/formats/umbrella-csv/index.ts';
import { landingName } from '../src/ingest/mappings.ts';
import { importInput } from '../src/ingest/pipeline.ts';
import { writeScaleDns, writeScaleEve } from '../src/sources/demo/index.ts';
import { type IngestHarness, openIngestHarness, TEST_ACTOR } from '../test/ingest-harness.ts';

const lines = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const scale = { seed: 1, end: new Date(), days: 30, events: lines, domains: 300_000 };

try {
  const dns = join(folder, 'dnslogs', 'dns.csv');
  const eve = join(folder, 'eve.json');
  await writeScaleDns({ ...scale, path: dns });
  await writeScaleEve({ ...scale, path: eve });
  await compare('Umbrella DNS CSV', dns, 'umbrella-csv', 'dnslogs');
  await compare('Suricata EVE', eve, 'suricata-eve', Object.keys(suricataEve.variants)[0] ?? '');
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare(title: string, path: string, format: string, variant: string): Promise<void> {
  const view = landingName(format, variant);
  const best = Math.max(await engineOwn(path, view), await engineOwn(path, view));
  const harness = await openIngestHarness([umbrellaCsv, suricataEve]);
  try {
    const pipeline = await wholePipeline(harness, path, format);
    const bytes = (await stat(path)).size;
    console.log(
      `${title}: ${lines} lines, ${Math.round(bytes / lines)} bytes each\n` +
        `  engine's own   ${rate(best)}\n  pipeline       ${rate(pipeline.perSecond)}   ratio ${(pipeline.perSecond / best).toFixed(2)}\n` +
        `  stored ${pipeline.stored}, rejected ${pipeline.rejected}, ignored ${pipeline.ignored}; bytes an event:${await storedBytes(harness)}`,
    );
  } finally {
    await harness.close();
  }
}

/**
 * One INSERT … SELECT … FROM file() through the same mapping into `events` alone: no batches, no books, no rollups, no labels,
 * and all the threads the engine likes.
 */
async function engineOwn(path: string, view: string): Promise<number> {
  const { events, ingest, close } = await openIngestHarness([umbrellaCsv, suricataEve]);
  const { landing } = ingest;
  try {
    const views = ['labels', 'rejects', 'counts'].map((name) => `mapped_${landing.generation}_${name}_view`);
    for (const name of ['facets_hourly_view', ...views]) await events.command(`DROP TABLE ${name}`);
    const started = performance.now();
    await events.command(`INSERT INTO ${landing.table(view)} (org, seq, row, line, context, text)
      SELECT 7, 1, rowNumberInAllBlocks() AS row, row, '', text FROM file('${path}', 'LineAsString', 'text String')`);
    return lines / ((performance.now() - started) / 1000);
  } finally {
    await close();
  }
}

async function wholePipeline(harness: IngestHarness, path: string, formatName: string) {
  const { organizationId, control, ingest } = harness;
  const { id: importId } = await startImport(control.db, { organizationId, path, actor: TEST_ACTOR });
  const started = performance.now();
  const { receipt } = await importInput(ingest, {
    organizationId,
    importId,
    path,
    formatName,
    timezone: 'UTC',
    source: createReadStream(path, { highWaterMark: 2 ** 20 }),
  });
  return { perSecond: receipt.received / ((performance.now() - started) / 1000), ...receipt };
}

async function storedBytes(harness: IngestHarness): Promise<string> {
  const rows = await harness.events.query<{ table: string; bytes: number }>(
    `SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts
    WHERE active AND database = currentDatabase() AND table IN ('events', 'facets_hourly', 'facets_daily', 'labels') GROUP BY table ORDER BY table`,
  );
  return rows.map((row) => ` ${row.table} ${(row.bytes / lines).toFixed(1)}`).join(',');
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')} events/s`;
}
