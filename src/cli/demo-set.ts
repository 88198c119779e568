import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../model/errors.ts';
import { addReceipt, emptyReceipt } from '../model/receipt.ts';
import { type DemoOptions, type DemoOrganization, writeDemo, writeScaleDns } from '../sources/demo/index.ts';
import type { ApiConnection } from './api-connection.ts';
import { type ImportSummary, importFiles } from './import-files.ts';
import type { LogFile } from './log-files.ts';
import type { Organization, Receipt } from './wire.ts';

export interface DemoPlan extends Omit<DemoOptions, 'folder'> {
  /** One organization with much traffic of one kind, for benchmarks, instead of the story. */
  readonly scale: boolean;
}

export interface DemoSummary extends Receipt {
  readonly organizations: readonly Organization[];
}

/** How many domains the scale set asks for. */
const SCALE_DOMAINS = 300_000;

/** Writes the logs of the demo set, and returns which organization each belongs to, parents before children. */
export async function writeDemoSet({
  scale,
  ...options
}: DemoPlan & { readonly folder: string }): Promise<DemoOrganization[]> {
  if (!scale) return writeDemo(options);
  const { folder, ...common } = options;
  const path = join(folder, 'scale', 'dnslogs', 'scale.csv');
  await writeScaleDns({ ...common, path, domains: SCALE_DOMAINS });
  return [{ slug: 'scale', name: 'Scale', parent: null, files: [{ path, format: 'umbrella-csv' }] }];
}

/**
 * Writes the demo set beside the stores and imports it as anybody's logs would be. The files are removed afterwards, or by
 * the next start where this process is killed: nothing stays in the spool that no batch needs.
 */
export async function loadDemoSet(api: ApiConnection, dataDirectory: string, plan: DemoPlan): Promise<DemoSummary> {
  const folder = await mkdtemp(join(dataDirectory, 'spool', 'demo-'));
  try {
    const written = await writeDemoSet({ ...plan, folder });
    for (const organization of written) await ensureOrganization(api, organization);
    const organizations: Organization[] = [];
    const total = emptyReceipt();
    for (const demo of written) {
      const imported = await importOne(api, demo);
      addReceipt(total, imported);
      organizations.push(await api.get<Organization>(`/organizations/${demo.slug}`));
    }
    return { ...total, organizations };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Loads into an organization of the same slug where there is one. */
async function ensureOrganization(api: ApiConnection, { slug, name, parent }: DemoOrganization): Promise<void> {
  try {
    await api.post('/organizations', { slug, name, parent });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error;
  }
}

async function importOne(api: ApiConnection, { slug, files }: DemoOrganization): Promise<ImportSummary> {
  const logs = files.map(({ path }): LogFile => ({ path, name: path, bytes: undefined }));
  const summary = await importFiles(api, slug, logs, {});
  const failed = summary.files.find((file) => file.error !== undefined);
  if (failed?.error === undefined) return summary;
  throw new AppError('internal', { public: `the demo set was not imported: ${failed.path}: ${failed.error.message}` });
}
