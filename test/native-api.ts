import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Belfry, startBelfry } from '../src/cli/start-belfry.ts';
import { loadConfig } from '../src/config/index.ts';
import type { Body } from './body.ts';

export interface CallOptions {
  /** Authorization; the operator's where absent, none where null. */
  readonly as?: string | null;
  readonly body?: object | string | Buffer;
}

export interface NativeApi {
  readonly belfry: Belfry;
  /** Authorization of the operator. */
  readonly operator: string;
  call(method: string, path: string, options?: CallOptions): Promise<{ status: number; headers: Headers; body: Body }>;
  close(): Promise<void>;
}

/**
 * A whole Belfry on a port and in a directory of its own, and how to speak `/belfry/v1` with it.
 *
 * @param env options besides the directory
 */
export async function openNativeApi(env: Readonly<Record<string, string>> = {}): Promise<NativeApi> {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-native-'));
  const belfry = await startBelfry(loadConfig({ ...env, BELFRY_DATA: dir }), { host: '127.0.0.1', port: 0 });
  const operator = `Bearer ${belfry.operatorToken}`;
  return {
    belfry,
    operator,
    async call(method, path, { as = operator, body } = {}) {
      const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
      const response = await fetch(`${belfry.address}/belfry/v1${path}`, {
        method,
        headers: { ...(as !== null && { authorization: as }), ...(isJson && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string) }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    async close() {
      await belfry.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Zeek dns rows, so many of them, from an address of their own. */
export function zeekLog(rows: number, address: string): string {
  return Array.from({ length: rows }, (_, row) =>
    JSON.stringify({
      ts: 1_700_000_000 + row,
      uid: `C${row}`,
      'id.orig_h': address,
      'id.orig_p': 5353,
      'id.resp_h': '10.0.0.1',
      'id.resp_p': 53,
      proto: 'udp',
      query: `host${row}.example`,
      qtype_name: 'A',
      rcode: 0,
    }),
  )
    .map((line) => `${line}\n`)
    .join('');
}
