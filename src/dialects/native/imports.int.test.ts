import { request as requestHttp } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Body } from '../../../test/body.ts';
import { type NativeApi, openNativeApi, zeekLog } from '../../../test/native-api.ts';

let api: NativeApi;

beforeAll(async () => {
  api = await openNativeApi();
  for (const slug of ['clinic', 'ward', 'rival']) await call('POST', '/organizations', { body: { slug, name: slug } });
});

afterAll(() => api?.close());

const call: NativeApi['call'] = (...args) => api.call(...args);

describe('imports', () => {
  const to = (slug: string, query = '') => `/organizations/${slug}/imports?path=some/dns.log${query}`;

  it('count every record, and know the same bytes again however they are packed', async () => {
    const log = zeekLog(40, '10.1.1.1');
    const first = await call('POST', to('clinic'), { body: log });
    expect(first.body).toMatchObject({ path: 'some/dns.log', format: 'zeek', received: 40, stored: 40, damage: null });
    const packed = await call('POST', to('clinic'), { body: gzipSync(log) });
    expect(packed.body).toMatchObject({ received: 40, stored: 0, duplicate: 40 });
    const { body } = await call('GET', '/organizations/clinic/imports?limit=2');
    expect(body.data.map((row: Body) => [row.importId, row.state, row.by])).toEqual([
      [packed.body.importId, 'finished', 'operator'],
      [first.body.importId, 'finished', 'operator'],
    ]);
  });

  it('keep what came before a gzip is cut short, and say so', async () => {
    const packed = gzipSync(zeekLog(2000, '10.1.1.2'));
    const { status, body } = await call('POST', to('clinic'), { body: packed.subarray(0, packed.length - 200) });
    expect(status).toBe(200);
    expect(body.damage).toEqual({
      packedOffset: expect.any(Number),
      unpackedOffset: expect.any(Number),
      reason: expect.stringMatching(/gzip/),
    });
    expect(body.received).toBe(body.stored + body.rejected);
    expect(body.stored).toBeGreaterThan(0);
  });

  it('refuse what no format knows, after the sender has sent it all', async () => {
    const noise = Buffer.alloc(8 * 2 ** 20, 'neither this nor that ');
    const { status, body } = await call('POST', to('clinic'), { body: noise });
    expect(status).toBe(400);
    expect(body.error.faults[0]).toMatchObject({ where: 'path', value: 'some/dns.log' });
    expect((await call('GET', '/organizations/clinic/imports?limit=1')).body.data[0]).toMatchObject({
      state: 'failed',
    });
  });

  it('do not take an upload that broke off for the end of a log', async () => {
    await new Promise<void>((resolve) => {
      const request = requestHttp(`${api.belfry.address}/belfry/v1${to('rival')}`, {
        method: 'POST',
        headers: { authorization: api.operator, 'content-length': 1_000_000 },
      });
      request.on('error', () => resolve());
      request.write(zeekLog(3, '10.9.9.9'), () => request.destroy(new Error('gone')));
    });
    await expect
      .poll(async () => (await call('GET', '/organizations/rival/imports')).body.data[0], { timeout: 10_000 })
      .toMatchObject({ state: 'failed', reason: 'the upload broke off before its end' });
  });

  it('refuse a format and a time zone that nobody knows, by name', async () => {
    const format = await call('POST', to('clinic', '&format=fax'), { body: 'x' });
    expect(format.body.error.faults[0]).toMatchObject({ where: 'format', value: 'fax' });
    const zone = await call('POST', to('clinic', '&timezone=Mars/Base'), { body: 'x' });
    expect(zone.body.error.faults).toEqual([expect.objectContaining({ where: 'timezone', value: 'Mars/Base' })]);
    const extra = await call('POST', to('clinic', '&zone=UTC'), { body: 'x' });
    expect(extra.status).toBe(400);
  });

  it('are no success where batches were set aside, and say which and why, each time', async () => {
    const { db } = api.belfry.context.control;
    const log = zeekLog(5, '10.4.4.4');
    const first = await call('POST', to('clinic'), { body: log });
    const reason = 'the event store is too old for it';
    const aside = db.updateTable('batches').set({ state: 'set_aside', reason });
    await aside.where('importId', '=', first.body.importId).execute();
    const batchesSetAside = [{ batch: expect.any(Number), received: 5, reason }];
    for (const body of [log, gzipSync(log)]) {
      const none = await call('POST', to('clinic'), { body });
      expect(none).toMatchObject({ status: 422, body: { received: 5, stored: 0, setAside: 5, batchesSetAside } });
    }
  });

  it('of nothing are empty receipts', async () => {
    expect((await call('POST', to('clinic'))).body).toMatchObject({ format: null, received: 0, stored: 0 });
  });
});

describe('rejects', () => {
  it('name input, line and reason, keep the bytes, and are walked to their end', async () => {
    const bad = Buffer.concat([
      Buffer.from(zeekLog(1, '10.3.3.3')),
      Buffer.from('{"ts": "\xff\xfe\n', 'latin1'),
      Buffer.from('{"broken\n'),
    ]);
    const path = '/organizations/ward/imports?path=odd/dns.log&format=zeek/dns';
    const { body: receipt } = await call('POST', path, { body: bad });
    expect(receipt.received).toBe(receipt.stored + receipt.rejected);
    expect(receipt.rejected).toBeGreaterThan(1);
    const seen: Body[] = [];
    let after = '';
    for (;;) {
      const { body } = await call('GET', `/organizations/ward/rejects?limit=1${after}`);
      expect(body.data).toHaveLength(1);
      seen.push(...body.data);
      if (body.next === null) break;
      after = `&after=${body.next}`;
    }
    expect(seen).toHaveLength(receipt.rejected);
    for (const reject of seen)
      expect(reject).toMatchObject({ path: 'odd/dns.log', reason: expect.stringMatching(/./) });
    const { body: health } = await call('GET', '/organizations/ward/health');
    expect(health).toMatchObject({ batches: { rejected: receipt.rejected, setAside: 0, open: 0 }, unfinished: [] });
    expect((await call('GET', '/organizations/rival/rejects')).body.data).toEqual([]);
  });
});
