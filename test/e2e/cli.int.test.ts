import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zeekLog } from '../native-api.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let dir: string;
let logs: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-cli-'));
  logs = join(dir, 'logs');
  await mkdir(join(logs, 'b', '.git'), { recursive: true });
  await writeFile(join(logs, 'b', 'dns.log'), zeekLog(5, '10.0.0.5'));
  await writeFile(join(logs, 'b', '.git', 'dns.log'), zeekLog(9, '10.0.0.9'));
  await mkdir(join(logs, 'a'));
  await writeFile(join(logs, 'a', 'dns.log.gz'), gzipSync(zeekLog(7, '10.0.0.7')));
  await writeFile(join(logs, 'c.jpg'), Buffer.from('ffd8ffe000104a46494600010100', 'hex'));
  await writeFile(join(logs, '.hidden-dns.log'), zeekLog(2, '10.0.0.2'));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], data: string): ChildProcess {
  const env = { PATH: process.env.PATH, BELFRY_DATA: join(dir, data), BELFRY_DEMO: '0', BELFRY_PORT: '0' };
  return spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { env, stdio: 'pipe' });
}

async function belfry(data: string, args: readonly string[], input: string | Buffer = ''): Promise<Ended> {
  const child = start(args, data);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  // A command that does not read its input may end before it is written.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** The one JSON document on standard output of a command that went well. */
async function json(data: string, ...args: string[]) {
  const { code, stdout, stderr } = await belfry(data, [...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error') });
  return JSON.parse(stdout);
}

const ZERO = { received: 0, stored: 0, rejected: 0, duplicate: 0, ignored: 0, setAside: 0 };

describe('a data directory without a server', () => {
  it('is filled and read back, one command after the other', async () => {
    const acme = await json('alone', 'org', 'create', 'acme', '--name', 'Acme Corp');
    expect(acme).toMatchObject({ id: expect.any(Number), slug: 'acme', name: 'Acme Corp', parent: null });
    expect(acme.uuid).toMatch(/^[0-9a-f-]{36}$/);
    // One file in the folder is no log: the others are imported, and it is told.
    const { files, ...total } = await json('alone', 'import', 'acme', logs);
    expect(total).toEqual({ ...ZERO, received: 12, stored: 12 });
    expect(files).toMatchObject([
      { path: join(logs, 'a', 'dns.log.gz'), format: 'zeek', received: 7, stored: 7 },
      { path: join(logs, 'b', 'dns.log'), format: 'zeek', received: 5, stored: 5 },
      { path: join(logs, 'c.jpg'), format: null, ...ZERO, error: { code: 'bad_request' }, skipped: true },
    ]);
    const named = await belfry('alone', ['import', 'acme', join(logs, 'c.jpg'), '--json']);
    expect(named.code).toBe(1);
    expect(existsSync(join(dir, 'alone', 'server.json'))).toBe(false);
    const verdict = await json('alone', 'audit', 'verify');
    expect(verdict).toMatchObject({ fault: null });
    expect(verdict.entries).toBeGreaterThan(5);
  });

  it('is shared by commands that run at the same time', async () => {
    const slugs = ['one', 'two', 'three'];
    const made = await Promise.all(slugs.map((slug) => json('crowd', 'org', 'create', slug, '--name', slug)));
    expect(new Set(made.map((organization) => organization.id)).size).toBe(3);
  });

  it('is not taken for served because a server that was killed left its file', async () => {
    const connections: unknown[] = [];
    const stranger = createServer((socket) => connections.push(socket)).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const left = { address: `http://127.0.0.1:${port}`, token: 'x', pid: 1, startedAt: '2026-01-01T00:00:00.000Z' };
    await writeFile(join(dir, 'crowd', 'server.json'), JSON.stringify(left));
    expect(await json('crowd', 'org', 'list')).toHaveLength(3);
    expect(connections).toEqual([]);
    stranger.close();
  });

  it('is brought up to date by migrate, which tells what it applied', async () => {
    const first = await json('fresh', 'migrate');
    expect(first.migrations.map((row: { store: string }) => row.store)).toEqual(
      expect.arrayContaining(['control', 'events']),
    );
    expect(first.applied).toEqual(first.migrations.map((row: { name: string }) => row.name));
  });
});

describe('a data directory with a server', () => {
  let server: ChildProcess;

  beforeAll(async () => {
    server = start(['serve'], 'served');
    server.stderr?.resume();
    let said = '';
    for await (const chunk of server.stdout ?? []) {
      said += chunk;
      if (said.includes('Belfry answers at')) break;
    }
    await json('served', 'org', 'create', 'acme', '--name', 'Acme');
  });

  afterAll(async () => {
    server.kill('SIGTERM');
    await once(server, 'close');
    expect(existsSync(join(dir, 'served', 'server.json'))).toBe(false);
  });

  it('is reached with what the server left for its owner alone', async () => {
    const path = join(dir, 'served', 'server.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: server.pid, address: expect.any(String) });
  });

  it('has its organizations listed, parents before children', async () => {
    await json('served', 'org', 'create', 'a-child', '--name', 'Child', '--parent', 'acme');
    const list = await json('served', 'org', 'list');
    expect(list.map((row: { slug: string; parent: string }) => [row.slug, row.parent])).toEqual([
      ['acme', null],
      ['a-child', 'acme'],
    ]);
    const { stdout } = await belfry('served', ['org', 'list']);
    expect(stdout).toMatch(/^ *NUMBER +SLUG +NAME +PARENT\n.*acme +Acme +-\n.*a-child +Child +acme\n$/);
  });

  it('moves organizations, and keeps settings that hold below', async () => {
    await json('served', 'org', 'create', 'branch', '--name', 'Branch');
    expect(await json('served', 'org', 'move', 'branch', '--parent', 'acme')).toMatchObject({ parent: 'acme' });
    await json('served', 'org', 'set', 'acme', 'securityActivityLimit', '2000');
    const [setting] = await json('served', 'org', 'settings', 'branch');
    expect(setting).toMatchObject({ name: 'securityActivityLimit', value: 2000, from: 'above', default: 500 });
    const { stdout } = await belfry('served', ['org', 'unset', 'acme', 'securityActivityLimit']);
    expect(stdout).toBe('securityActivityLimit of acme is 500, the default.\n');
    const refused = await belfry('served', ['org', 'set', 'acme', 'securityActivityLimit', 'many']);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('invalid value for securityActivityLimit'),
    });
    const { stdout: moved } = await belfry('served', ['org', 'move', 'branch', '--top']);
    expect(moved).toBe('Organization branch stands at the top.\n');
  });

  it('gives keys that work, and takes them back', async () => {
    const made = await json('served', 'client', 'create', 'acme', '--name', 'script');
    expect(made).toMatchObject({
      clientId: expect.stringMatching(/^\w{32}$/),
      clientSecret: expect.stringMatching(/^\w{32}$/),
      api: null,
    });
    const { address } = JSON.parse(readFileSync(join(dir, 'served', 'server.json'), 'utf8'));
    const token = async (secret: string) => {
      const authorization = `Basic ${Buffer.from(`${made.clientId}:${secret}`).toString('base64')}`;
      return (await fetch(`${address}/auth/v2/token`, { method: 'POST', headers: { authorization } })).status;
    };
    expect(await token(made.clientSecret)).toBe(200);
    expect(await json('served', 'client', 'disable', made.clientId)).toMatchObject({ enabled: false });
    expect(await token(made.clientSecret)).toBe(401);
    await json('served', 'client', 'enable', made.clientId);
    const reset = await json('served', 'client', 'reset-secret', made.clientId);
    expect([await token(made.clientSecret), await token(reset.clientSecret)]).toEqual([401, 200]);
    const [listed] = await json('served', 'client', 'list', '--org', 'acme');
    expect(listed).toMatchObject({ clientId: made.clientId, organization: 'acme' });
    expect(listed).not.toHaveProperty('clientSecret');
  });

  it('makes users with the password given, or with one it shows', async () => {
    const common = ['--name', 'Ann', '--role', 'analyst', '--org', 'acme'];
    const made = await json('served', 'user', 'create', 'ann@acme.example', ...common);
    expect(made).toMatchObject({ role: 'analyst', organization: 'acme', password: expect.stringMatching(/.{16}/) });
    const args = ['user', 'create', 'bob@acme.example', ...common, '--password-stdin', '--json'];
    expect(JSON.parse((await belfry('served', args, 'long enough\n')).stdout)).toMatchObject({ password: null });
    const short = await belfry(
      'served',
      ['user', 'create', 'eve@acme.example', ...common, '--password-stdin'],
      'short\n',
    );
    expect(short).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('at least 10 characters') });
    expect(await json('served', 'user', 'list')).toHaveLength(2);
  });

  it('imports standard input, knows the same lines again, and shows what it refused', async () => {
    const log = `${zeekLog(3, '10.4.4.4')}{"ts": "never", "id.orig_h\n`;
    const args = ['import', 'acme', '-', '--format', 'zeek/dns', '--json'];
    const first = await belfry('served', args, log);
    expect({ code: first.code, ...JSON.parse(first.stdout) }).toMatchObject({
      code: 0,
      received: 4,
      stored: 3,
      rejected: 1,
    });
    expect(JSON.parse((await belfry('served', args, log)).stdout)).toMatchObject({ received: 4, duplicate: 4 });
    const { rejects, next } = await json('served', 'rejects', 'acme');
    expect(rejects).toEqual([expect.objectContaining({ path: '-', line: 4, raw: '{"ts": "never", "id.orig_h' })]);
    expect(next).toBeNull();
    const { stdout } = await belfry('served', ['rejects', 'acme']);
    expect(stdout).toContain('-:4: ');
  });

  it('tells damage, missing files and an empty folder apart', async () => {
    const cut = join(dir, 'cut', 'dns.log.gz');
    await mkdir(join(dir, 'cut'));
    const packed = gzipSync(zeekLog(3000, '10.5.5.5'));
    await writeFile(cut, packed.subarray(0, packed.length - 300));
    await mkdir(join(dir, 'empty'), { recursive: true });
    const { code, stdout } = await belfry('served', [
      'import',
      'acme',
      cut,
      join(dir, 'gone.log'),
      join(dir, 'empty'),
      '--json',
    ]);
    expect(code).toBe(1);
    const { files } = JSON.parse(stdout);
    expect(files).toMatchObject([
      { path: cut, damage: { packedOffset: expect.any(Number), reason: expect.any(String) } },
      { path: join(dir, 'gone.log'), error: { code: 'not_found', message: 'no such file or folder' } },
    ]);
    expect(files[0].stored).toBeGreaterThan(0);
    expect(files[0]).not.toHaveProperty('error');
  });

  it('writes the demo logs only, where told to', async () => {
    const { organizations } = await json(
      'served',
      'demo',
      '--events',
      '3000',
      '--days',
      '2',
      '--out',
      join(dir, 'out'),
    );
    const files: { path: string }[] = organizations.flatMap((row: { files: unknown[] }) => row.files);
    expect(files.length).toBeGreaterThan(3);
    for (const { path } of files) expect(existsSync(path)).toBe(true);
    expect(await json('served', 'org', 'list')).toHaveLength(3);
  });
});

describe('what goes wrong', () => {
  it('is told as text, or with --json as JSON, on standard error', async () => {
    const text = await belfry('alone', ['import', 'nowhere', logs]);
    expect(text).toEqual({ code: 1, stdout: '', stderr: 'error: there is no organization nowhere\n' });
    const { code, stdout, stderr } = await belfry('alone', ['rejects', 'nowhere', '--json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'not_found', message: 'there is no organization nowhere', faults: expect.any(Array) },
    });
  });

  it('ends with 2 when the command line was not understood, before anything is opened', async () => {
    const wrong = [
      ['fly'],
      ['org'],
      ['org', 'create', 'x'],
      ['org', 'move', 'x'],
      ['import', 'x'],
      ['demo', '--events', 'many'],
    ];
    for (const args of wrong) {
      const { code, stdout, stderr } = await belfry('untouched', args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).not.toBe('');
    }
    const { code, stderr } = await belfry('untouched', ['org', 'create', '--json']);
    expect([code, JSON.parse(stderr).error.code]).toEqual([2, 'usage']);
    expect(existsSync(join(dir, 'untouched'))).toBe(false);
  });

  it('in the configuration is named option by option', async () => {
    const env = { PATH: process.env.PATH, BELFRY_PROT: '1', BELFRY_PORT: 'x' };
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'config'], { env });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/BELFRY_PROT.*BELFRY_PORT/s)]);
  });

  it('does not keep help, version and the configuration from being shown', async () => {
    expect(await belfry('untouched', ['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('import') });
    expect((await belfry('untouched', ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const lines = await json('untouched', 'config');
    expect(lines).toContainEqual(expect.objectContaining({ variable: 'BELFRY_DEMO', value: '0', from: 'environment' }));
    expect(existsSync(join(dir, 'untouched'))).toBe(false);
  });
});
