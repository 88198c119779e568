import { afterAll, beforeAll, expect, it } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import { dnsLine } from '../../../test/dns-lines.ts';
import { acknowledge, dnsLogInput } from '../../../test/ingest-harness.ts';
import { type NativeApi, openNativeApi } from '../../../test/native-api.ts';
import { organizationBySlug } from '../../control/repos/organizations.ts';

const INPUT = dnsLogInput(dnsLine({ time: new Date('2026-01-01T00:00:01Z'), domain: 'example.org.' }));

let api: NativeApi;

beforeAll(async () => {
  // Without the role that would take what is left.
  api = await openNativeApi({ BELFRY_ROLES: 'api' });
  await api.call('POST', '/organizations', { body: { slug: 'clinic', name: 'Clinic' } });
});

afterAll(() => api?.close());

it('batches of a lost disk are listed, given up, and taken back when their bytes are found', async () => {
  const { ingest, context } = api.belfry;
  const { db } = context.control;
  const clinic = await organizationBySlug(db, 'clinic');
  const { seq } = await acknowledge(ingest, clinic?.id ?? 0, INPUT);
  await db.updateTable('batches').set({ leaseUntil: '2026-01-01T00:00:00.000Z' }).execute();
  const batch = { batch: seq, organization: 'clinic', format: 'umbrella-csv', received: 1, path: 'cut short' };
  const { body } = await api.call('GET', '/batches');
  expect(body.data).toEqual([
    {
      ...batch,
      state: 'open',
      attempts: 1,
      openedAt: expect.any(String),
      waitsFor: 'a process that is gone',
      reason: null,
    },
  ]);

  const given = await api.call('POST', `/batches/${seq}/give-up`);
  const reason = 'given up by operator: its bytes were with a process that is gone';
  expect(given).toMatchObject({ status: 200, body: { ...batch, state: 'set_aside', waitsFor: null, reason } });
  expect((await api.call('POST', `/batches/${seq}/give-up`)).status).toBe(409);

  const retried = await api.call('POST', `/batches/${seq}/retry`);
  expect(retried).toMatchObject({ status: 200, body: { ...batch, batch: seq + 1, state: 'open', reason: null } });
  expect((await api.call('POST', `/batches/${seq}/retry`)).status).toBe(404);
});

it('batches are the operator’s, and have numbers', async () => {
  const password = 'correct horse battery';
  const manager = { email: 'm@clinic.example', name: 'M', role: 'manager', organization: 'clinic', password };
  await api.call('POST', '/users', { body: manager });
  const as = basicAuth('m@clinic.example', password);
  expect((await api.call('GET', '/batches', { as })).status).toBe(403);
  expect((await api.call('POST', '/batches/1/give-up', { as })).status).toBe(403);
  expect((await api.call('POST', '/batches/1/retry', { as })).status).toBe(403);
  for (const number of ['0', 'x', '-1', '1e3']) {
    const { status, body } = await api.call('POST', `/batches/${number}/give-up`);
    expect([number, status, body.error.faults]).toMatchObject([number, 400, [{ where: 'number', value: number }]]);
  }
});
