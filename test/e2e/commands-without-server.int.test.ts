import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { belfryOn } from '../belfry-process.ts';
import { zeekLog } from '../native-api.ts';

let folder: string;
let logs: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-commands-'));
  logs = join(folder, 'logs');
  await mkdir(join(logs, 'b', '.git'), { recursive: true });
  await writeFile(join(logs, 'b', 'dns.log'), zeekLog(5, '10.0.0.5'));
  await writeFile(join(logs, 'b', '.git', 'dns.log'), zeekLog(9, '10.0.0.9'));
  await mkdir(join(logs, 'a'));
  await writeFile(join(logs, 'a', 'dns.log.gz'), gzipSync(zeekLog(7, '10.0.0.7')));
  await writeFile(join(logs, 'c.jpg'), Buffer.from('ffd8ffe000104a46494600010100', 'hex'));
  await writeFile(join(logs, '.hidden-dns.log'), zeekLog(2, '10.0.0.2'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const ZERO = { received: 0, stored: 0, rejected: 0, duplicate: 0, ignored: 0, setAside: 0 };

describe('a data directory without a server', () => {
  it('is filled and read back, one command after the other', async () => {
    const belfry = belfryOn(join(folder, 'alone'));
    const acme = await belfry.json('org', 'create', 'acme', '--name', 'Acme Corp');
    expect(acme).toMatchObject({ id: expect.any(Number), slug: 'acme', name: 'Acme Corp', parent: null });
    expect(acme.uuid).toMatch(/^[0-9a-f-]{36}$/);
    // One file in the folder is no log: the others are imported, and it is told.
    const { files, ...total } = await belfry.json('import', 'acme', logs);
    expect(total).toEqual({ ...ZERO, received: 12, stored: 12 });
    expect(files).toMatchObject([
      { path: join(logs, 'a', 'dns.log.gz'), format: 'zeek', received: 7, stored: 7 },
      { path: join(logs, 'b', 'dns.log'), format: 'zeek', received: 5, stored: 5 },
      { path: join(logs, 'c.jpg'), format: null, ...ZERO, error: { code: 'bad_request' }, skipped: true },
    ]);
    const named = await belfry.run(['import', 'acme', join(logs, 'c.jpg'), '--json']);
    expect(named.code).toBe(1);
    expect(existsSync(join(belfry.data, 'server.json'))).toBe(false);
    const verdict = await belfry.json('audit', 'verify');
    expect(verdict).toMatchObject({ fault: null });
    expect(verdict.entries).toBeGreaterThan(5);
  });

  it('is shared by commands that run at the same time', async () => {
    const belfry = belfryOn(join(folder, 'crowd'));
    const slugs = ['one', 'two', 'three'];
    const made = await Promise.all(slugs.map((slug) => belfry.json('org', 'create', slug, '--name', slug)));
    expect(new Set(made.map((organization) => organization.id)).size).toBe(3);
  });

  it('is not taken for served because a server that was killed left its file', async () => {
    const belfry = belfryOn(join(folder, 'left'));
    const connections: unknown[] = [];
    const stranger = createServer((socket) => connections.push(socket)).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const left = { address: `http://127.0.0.1:${port}`, token: 'x', pid: 1, startedAt: '2026-01-01T00:00:00.000Z' };
    await mkdir(belfry.data);
    await writeFile(join(belfry.data, 'server.json'), JSON.stringify(left));
    expect(await belfry.json('org', 'list')).toEqual([]);
    expect(connections).toEqual([]);
    stranger.close();
  });

  it('is brought up to date by migrate, which tells what it applied', async () => {
    const belfry = belfryOn(join(folder, 'fresh'));
    const first = await belfry.json('migrate');
    expect(first.migrations.map((row: { store: string }) => row.store)).toEqual(
      expect.arrayContaining(['control', 'events']),
    );
    expect(first.applied).toEqual(first.migrations.map((row: { name: string }) => row.name));
  });
});
