import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from '../../src/control/directory-lock.ts';
import { type Belfry, belfryOn } from '../belfry-process.ts';
import { openTestEvents } from '../test-events.ts';

let folder: string;
let data: string;
let belfry: Belfry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-faults-'));
  data = join(folder, 'data');
  belfry = belfryOn(data, { BELFRY_LOG_LEVEL: 'error' });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Makes a data directory as Belfry leaves it. */
async function makeData(): Promise<void> {
  expect(await belfry.run(['org', 'list'])).toMatchObject({ code: 0 });
}

/** How a start ends that cannot be: with one sentence to people. */
const fault = (sentence: string) => ({ code: 1, stdout: '', stderr: `error: ${sentence}\n` });

const serve = (env: Readonly<Record<string, string>> = {}) => belfry.run(['serve'], { env });

describe('a start that cannot be ends with one sentence', () => {
  it('about a data directory that cannot be one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const sentence =
      'The configuration is not usable:\n  BELFRY_DATA must be the path of a directory, made when missing';
    expect(await serve({ BELFRY_DATA: join(file, 'data') })).toEqual(fault(sentence));
  });

  it('about a directory that another process has', async () => {
    await mkdir(data);
    const lock = lockDirectory(join(data, 'lock'));
    expect(await serve()).toEqual(fault(`another process is using ${data}`));
    expect(await readdir(data)).not.toContain('control.db');
    lock?.release();
    await makeData();
  });

  it('about a control database that is none, and does not touch it', async () => {
    const path = join(data, 'control.db');
    const bytes = Buffer.alloc(9_000, 'no database ');
    await mkdir(data);
    await writeFile(path, bytes);
    expect(await serve()).toEqual(fault(`cannot open the control database ${path}: file is not a database`));
    expect(await readFile(path)).toEqual(bytes);
  });

  it('about a control database that is damaged', async () => {
    await makeData();
    const path = join(data, 'control.db');
    const bytes = await readFile(path);
    bytes.fill('damage', 4096);
    await writeFile(path, bytes);
    const sentence = `cannot open the control database ${path}: database disk image is malformed`;
    expect(await serve()).toEqual(fault(sentence));
  });

  it('about events of a newer release', async () => {
    await makeData();
    const events = await openTestEvents(join(data, 'events'));
    await events.command("INSERT INTO schema_migrations (name, checksum) VALUES ('9999_future.sql', 'x')");
    await events.close();
    const sentence =
      'the event store holds migration 9999_future.sql, which this release does not know: it is from a newer one';
    expect(await serve()).toEqual(fault(sentence));
  });

  it('about events that cannot be opened', async () => {
    await mkdir(data);
    await writeFile(join(data, 'events'), 'not a directory');
    expect(await serve()).toEqual(fault(`cannot open the event store ${join(data, 'events')}`));
  });

  it('about a certificate that is none, and leaves the directory to the next start', async () => {
    const path = join(folder, 'pem');
    await writeFile(path, 'no PEM');
    const { code, stderr } = await serve({ BELFRY_TLS_CERT: path, BELFRY_TLS_KEY: path });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: BELFRY_TLS_CERT and BELFRY_TLS_KEY must name a certificate and its key.*\n$/);
    await makeData();
  });

  it('about every option that is wrong', async () => {
    const { code, stderr } = await serve({ BELFRY_PORT: '99999', BELFRY_PROT: '1' });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(4);
    expect(stderr).toContain('BELFRY_PROT is not an option; did you mean BELFRY_PORT?');
    expect(stderr).toContain('BELFRY_PORT must be a whole number');
  });
});
