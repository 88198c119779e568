import type { Manifest } from './manifest.ts';

/** What a backup holds, for people. */
export interface BackupSummary {
  readonly id: string;
  readonly version: string;
  readonly moment: string;
  readonly horizon: number;
  readonly bytes: number;
  readonly files: number;
  /** Rows by table of the control data. */
  readonly control: readonly { readonly table: string; readonly rows: number }[];
  readonly events: readonly TableSummary[];
  /** Files that the control data names and that were not there. */
  readonly missing: readonly string[];
  /** Whether the key that signs tokens is among its files. */
  readonly holdsTokenKey: boolean;
}

export interface TableSummary {
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
  readonly organizations: readonly OrganizationSummary[];
}

export interface OrganizationSummary {
  readonly organization: string;
  readonly rows: number;
  readonly checksum: string;
}

export function summaryOf(manifest: Manifest): BackupSummary {
  const { id, version, moment, horizon, files, missing } = manifest;
  return {
    id,
    version,
    moment,
    horizon,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files: files.length,
    control: manifest.control.map(({ table, rows }) => ({ table, rows })),
    events: tablesOf(manifest),
    missing,
    holdsTokenKey: files.some(({ path }) => path === 'files/token.key'),
  };
}

export function tablesOf({ events, organizations }: Pick<Manifest, 'events' | 'organizations'>): TableSummary[] {
  const slugs = new Map(organizations.map(({ number, slug }) => [number, slug]));
  return events.map((entry) => ({
    table: entry.table,
    rows: entry.rows,
    checksum: sumOf(entry.organizations.map(({ checksum }) => checksum)),
    organizations: entry.organizations.map(({ organization, rows, checksum }) => ({
      organization: slugs.get(organization) ?? String(organization),
      rows,
      checksum,
    })),
  }));
}

/** As the engine adds: modulo 2^64. */
function sumOf(checksums: readonly string[]): string {
  return String(
    BigInt.asUintN(
      64,
      checksums.reduce((sum, one) => sum + BigInt(one), 0n),
    ),
  );
}
