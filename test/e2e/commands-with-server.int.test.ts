import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicAuth } from '../basic-auth.ts';
import { type Belfry, type BelfryServer, belfryOn } from '../belfry-process.ts';
import { zeekLog } from '../native-api.ts';

describe('a data directory with a server', () => {
  let folder: string;
  let belfry: Belfry;
  let server: BelfryServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belfry-commands-'));
    belfry = belfryOn(join(folder, 'data'));
    server = await belfry.serve();
    await belfry.json('org', 'create', 'acme', '--name', 'Acme');
  });

  afterAll(async () => {
    await server?.stop();
    expect(existsSync(join(belfry.data, 'server.json'))).toBe(false);
    await rm(folder, { recursive: true, force: true });
  });

  it('has what commands reach the server with for its owner alone', () => {
    expect(statSync(join(belfry.data, 'server.json')).mode & 0o777).toBe(0o600);
  });

  it('has its organizations listed, parents before children', async () => {
    await belfry.json('org', 'create', 'a-child', '--name', 'Child', '--parent', 'acme');
    const list = await belfry.json('org', 'list');
    expect(list.map((row: { slug: string; parent: string }) => [row.slug, row.parent])).toEqual([
      ['acme', null],
      ['a-child', 'acme'],
    ]);
    const { stdout } = await belfry.run(['org', 'list']);
    expect(stdout).toMatch(/^ *NUMBER +SLUG +NAME +PARENT\n.*acme +Acme +-\n.*a-child +Child +acme\n$/);
  });

  it('moves organizations, and keeps settings that hold below', async () => {
    await belfry.json('org', 'create', 'branch', '--name', 'Branch');
    expect(await belfry.json('org', 'move', 'branch', '--parent', 'acme')).toMatchObject({ parent: 'acme' });
    await belfry.json('org', 'set', 'acme', 'securityActivityLimit', '2000');
    const [setting] = await belfry.json('org', 'settings', 'branch');
    expect(setting).toMatchObject({ name: 'securityActivityLimit', value: 2000, from: 'above', default: 500 });
    const { stdout } = await belfry.run(['org', 'unset', 'acme', 'securityActivityLimit']);
    expect(stdout).toBe('securityActivityLimit of acme is 500, the default.\n');
    const refused = await belfry.run(['org', 'set', 'acme', 'securityActivityLimit', 'many']);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('invalid value for securityActivityLimit'),
    });
    const { stdout: moved } = await belfry.run(['org', 'move', 'branch', '--top']);
    expect(moved).toBe('Organization branch stands at the top.\n');
  });

  it('gives keys that work, and takes them back', async () => {
    const made = await belfry.json('client', 'create', 'acme', '--name', 'script');
    expect(made).toMatchObject({
      clientId: expect.stringMatching(/^\w{32}$/),
      clientSecret: expect.stringMatching(/^\w{32}$/),
      api: null,
    });
    const token = async (secret: string) => {
      const authorization = basicAuth(made.clientId, secret);
      return (await fetch(`${server.address}/auth/v2/token`, { method: 'POST', headers: { authorization } })).status;
    };
    expect(await token(made.clientSecret)).toBe(200);
    expect(await belfry.json('client', 'disable', made.clientId)).toMatchObject({ enabled: false });
    expect(await token(made.clientSecret)).toBe(401);
    await belfry.json('client', 'enable', made.clientId);
    const reset = await belfry.json('client', 'reset-secret', made.clientId);
    expect([await token(made.clientSecret), await token(reset.clientSecret)]).toEqual([401, 200]);
    const [listed] = await belfry.json('client', 'list', '--org', 'acme');
    expect(listed).toMatchObject({ clientId: made.clientId, organization: 'acme' });
    expect(listed).not.toHaveProperty('clientSecret');
  });

  it('makes users with the password given, or with one it shows', async () => {
    const common = ['--name', 'Ann', '--role', 'analyst', '--org', 'acme'];
    const made = await belfry.json('user', 'create', 'ann@acme.example', ...common);
    expect(made).toMatchObject({ role: 'analyst', organization: 'acme', password: expect.stringMatching(/.{16}/) });
    const args = ['user', 'create', 'bob@acme.example', ...common, '--password-stdin', '--json'];
    expect(JSON.parse((await belfry.run(args, { input: 'long enough\n' })).stdout)).toMatchObject({ password: null });
    const short = await belfry.run(['user', 'create', 'eve@acme.example', ...common, '--password-stdin'], {
      input: 'short\n',
    });
    expect(short).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('at least 10 characters') });
    expect(await belfry.json('user', 'list')).toHaveLength(2);
  });

  it('imports standard input, knows the same lines again, and shows what it refused', async () => {
    const log = `${zeekLog(3, '10.4.4.4')}{"ts": "never", "id.orig_h\n`;
    const args = ['import', 'acme', '-', '--format', 'zeek/dns', '--json'];
    const first = await belfry.run(args, { input: log });
    expect({ code: first.code, ...JSON.parse(first.stdout) }).toMatchObject({
      code: 0,
      received: 4,
      stored: 3,
      rejected: 1,
    });
    expect(JSON.parse((await belfry.run(args, { input: log })).stdout)).toMatchObject({ received: 4, duplicate: 4 });
    const { rejects, next } = await belfry.json('rejects', 'acme');
    expect(rejects).toEqual([expect.objectContaining({ path: '-', line: 4, raw: '{"ts": "never", "id.orig_h' })]);
    expect(next).toBeNull();
    const { stdout } = await belfry.run(['rejects', 'acme']);
    expect(stdout).toContain('-:4: ');
  });

  it('tells damage, missing files and an empty folder apart', async () => {
    const cut = join(folder, 'cut', 'dns.log.gz');
    await mkdir(join(folder, 'cut'));
    const packed = gzipSync(zeekLog(3000, '10.5.5.5'));
    await writeFile(cut, packed.subarray(0, packed.length - 300));
    await mkdir(join(folder, 'empty'), { recursive: true });
    const { code, stdout } = await belfry.run([
      ...['import', 'acme', '--json'],
      ...[cut, join(folder, 'gone.log'), join(folder, 'empty')],
    ]);
    expect(code).toBe(1);
    const { files } = JSON.parse(stdout);
    expect(files).toMatchObject([
      { path: cut, damage: { packedOffset: expect.any(Number), reason: expect.any(String) } },
      { path: join(folder, 'gone.log'), error: { code: 'not_found', message: 'no such file or folder' } },
    ]);
    expect(files[0].stored).toBeGreaterThan(0);
    expect(files[0]).not.toHaveProperty('error');
  });

  it('writes the demo logs only, where told to', async () => {
    const { organizations } = await belfry.json(
      'demo',
      '--events',
      '3000',
      '--days',
      '2',
      '--out',
      join(folder, 'out'),
    );
    const files: { path: string }[] = organizations.flatMap((row: { files: unknown[] }) => row.files);
    expect(files.length).toBeGreaterThan(3);
    for (const { path } of files) expect(existsSync(path)).toBe(true);
    expect(await belfry.json('org', 'list')).toHaveLength(3);
  });
});
