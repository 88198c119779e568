import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, describeConfig, type Environment, loadConfig } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'belfry-config-'));
const file = join(directory, 'some.pem');
writeFileSync(file, 'x');
afterAll(() => rmSync(directory, { recursive: true }));

function faultsOf(env: Environment) {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

function messageAbout(variable: string, value: string): string {
  const faults = faultsOf({ [variable]: value });
  expect(faults.map((fault) => fault.where)).toEqual([variable]);
  return faults[0]?.message ?? '';
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    expect(loadConfig({ PATH: '/bin' })).toEqual({
      host: '127.0.0.1',
      port: 8787,
      publicUrl: null,
      trustedProxies: [],
      dataDirectory: resolve('data'),
      eventsUrl: null,
      eventsCluster: null,
      controlUrl: null,
      controlConnections: 10,
      storeWaitSeconds: 30,
      roles: new Set(['api', 'ingest', 'jobs']),
      drainSeconds: 0,
      failuresPerAccount: 10,
      failuresPerAddress: 50,
      requestTimeoutSeconds: 60,
      uploadBytesPerSecond: 100,
      tlsCert: null,
      tlsKey: null,
      tokenKey: null,
      tokenLifetimeSeconds: 3600,
      reportLifetimeHours: 48,
      umbrellaRatePerSecond: 5,
      usmDomain: null,
      usmGetsPerSecond: 100,
      usmWritesPerSecond: 50,
      clumioRatePerSecond: 100,
      peerIntervalSeconds: 15,
      peerRequestsPerSecond: 20,
      tokenRatePerMinute: 0,
      offsetCeiling: 0,
      retentionDays: 0,
      demo: true,
      logLevel: 'info',
      queryTimeoutSeconds: 30,
      queryMemoryMb: 4096,
      engineSessions: 4,
      noisyDomains: [],
    });
  });

  it('reads values of every kind', () => {
    const config = loadConfig({
      BELFRY_HOST: '::',
      BELFRY_PORT: '0',
      BELFRY_PUBLIC_URL: 'https://reports.example.net/',
      BELFRY_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,2001:db8::/32',
      BELFRY_TLS_CERT: file,
      BELFRY_TLS_KEY: file,
      BELFRY_TOKEN_KEY: 'k'.repeat(32),
      BELFRY_DEMO: '0',
      BELFRY_NOISY_DOMAINS: 'Example.com,wpad.local',
    });
    expect(config).toMatchObject({
      host: '::',
      port: 0,
      publicUrl: 'https://reports.example.net',
      trustedProxies: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'],
      tlsCert: file,
      tlsKey: file,
      tokenKey: 'k'.repeat(32),
      demo: false,
      noisyDomains: ['example.com', 'wpad.local'],
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ BELFRY_PORT: '', BELFRY_TLS_CERT: '', BELFRY_TLS_KEY: '' })).toEqual(loadConfig({}));
  });

  it('cannot be changed afterwards, lists included', () => {
    const config = loadConfig({ BELFRY_NOISY_DOMAINS: 'example.com' });
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.noisyDomains, { 0: 'other' })).toThrow(TypeError);
  });

  it('reports every fault at once, by variable', () => {
    const env = { BELFRY_PORT: '70000', BELFRY_LOG_LEVEL: 'loud', BELFRY_DEMO: 'perhaps', BELFRY_PROT: '1' };
    expect(faultsOf(env)).toEqual([
      { where: 'BELFRY_PROT', message: 'is not an option; did you mean BELFRY_PORT?' },
      { where: 'BELFRY_PORT', value: '70000', message: 'must be a whole number from 0 to 65535' },
      { where: 'BELFRY_DEMO', value: 'perhaps', message: 'must be 1 or 0' },
      {
        where: 'BELFRY_LOG_LEVEL',
        value: 'loud',
        message: 'must be one of fatal, error, warn, info, debug, trace, silent',
      },
    ]);
    for (const variable of Object.keys(env)) expect(() => loadConfig(env)).toThrow(variable);
  });

  it.each(['-1', '1.5', '1e3', ' 80', '0x50', '99999999999999999999'])('refuses the port %s', (port) => {
    expect(messageAbout('BELFRY_PORT', port)).toBe('must be a whole number from 0 to 65535');
  });

  it.each(['reports.example.net', 'ftp://a', 'https://u:p@a', 'https://a/?b', 'https://a/#b', 'http://[', 'https://'])(
    'refuses the public address %s',
    (url) => {
      expect(messageAbout('BELFRY_PUBLIC_URL', url)).toMatch(/^must be an http or https address/);
    },
  );

  it('names each faulty item of a list', () => {
    const faults = faultsOf({ BELFRY_TRUSTED_PROXIES: '10.0.0.1,10.0.0.0/33,proxy' });
    expect(faults.map((fault) => fault.message)).toEqual([
      "holds '10.0.0.0/33', which is not an address or a network like 10.0.0.0/8",
      "holds 'proxy', which is not an address or a network like 10.0.0.0/8",
    ]);
    expect(messageAbout('BELFRY_NOISY_DOMAINS', 'a..b')).toContain("'a..b'");
  });

  it('wants certificate and key together, and both readable', () => {
    expect(faultsOf({ BELFRY_TLS_CERT: file }).map((fault) => fault.where)).toEqual(['BELFRY_TLS_KEY']);
    expect(faultsOf({ BELFRY_TLS_KEY: file }).map((fault) => fault.where)).toEqual(['BELFRY_TLS_CERT']);
    const missing = join(directory, 'missing.pem');
    expect(faultsOf({ BELFRY_TLS_CERT: missing, BELFRY_TLS_KEY: directory }).map((fault) => fault.where)).toEqual([
      'BELFRY_TLS_CERT',
      'BELFRY_TLS_KEY',
    ]);
  });

  it('refuses a file as data directory, and takes one that is yet to be made', () => {
    expect(messageAbout('BELFRY_DATA', file)).toMatch(/^must be the path of a directory/);
    expect(loadConfig({ BELFRY_DATA: join(directory, 'new') }).dataDirectory).toBe(join(directory, 'new'));
  });

  it('does not guess what a far-off name was meant to be', () => {
    expect(messageAbout('BELFRY_FOO', '1')).toBe('is not an option');
  });

  it('never repeats a secret', () => {
    const faults = faultsOf({ BELFRY_TOKEN_KEY: 'too-short' });
    expect(faults).toEqual([{ where: 'BELFRY_TOKEN_KEY', message: 'must be at least 32 bytes long' }]);
  });
});

describe('describeConfig', () => {
  it('masks secrets and says where each value is from', () => {
    const env = { BELFRY_TOKEN_KEY: 'k'.repeat(40), BELFRY_PORT: '1234', BELFRY_DEMO: 'true' };
    const lines = describeConfig(loadConfig(env), env);
    const line = (variable: string) => lines.find((one) => one.variable === variable);
    expect(line('BELFRY_TOKEN_KEY')).toMatchObject({ value: '********', from: 'environment' });
    expect(line('BELFRY_PORT')).toMatchObject({ value: '1234', from: 'environment' });
    expect(line('BELFRY_DEMO')).toMatchObject({ value: '1', from: 'environment' });
    expect(line('BELFRY_HOST')).toMatchObject({ value: '127.0.0.1', from: 'default' });
    expect(line('BELFRY_TLS_KEY')).toMatchObject({ value: null, from: 'default' });
    expect(JSON.stringify(lines)).not.toContain('kkkk');
  });

  it('shows a secret that is not set as not set', () => {
    const lines = describeConfig(loadConfig({}), {});
    expect(lines.find((one) => one.variable === 'BELFRY_TOKEN_KEY')?.value).toBeNull();
  });
});
