import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Actor } from '../../model/scope.ts';
import { verifyAudit } from '../audit.ts';
import type { Control } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { createOrganization } from './organizations.ts';
import {
  finishSecurityReport,
  listSecurityReports,
  type NewSecurityReport,
  requestSecurityReport,
  securityReportById,
} from './security-reports.ts';

const actor: Actor = { type: 'client', id: 'c1', label: 'script', from: '192.0.2.1', via: 'umbrella-reporting-v2' };

let dir: string;
let control: Control;
let organizationId: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-security-reports-'));
  control = await openTestControl(join(dir, 'control.db'));
  organizationId = (await createOrganization(control.db, { slug: 'clinic', name: 'Clinic', actor })).id;
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const request = (input: Partial<NewSecurityReport> = {}) =>
  requestSecurityReport(control.db, {
    organizationId,
    startDate: '2026-01-01',
    endDate: '2026-01-30',
    actor,
    ...input,
  });

const jobs = () => control.db.selectFrom('jobs').selectAll().execute();
const entries = () =>
  control.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('objectType', '=', 'security_report')
    .orderBy('seq')
    .execute();

describe('security reports', () => {
  it('are booked together with their job and an entry in the trail', async () => {
    const report = await request({ email: ' Ada@Clinic.example ' });
    expect(report).toMatchObject({
      organizationId,
      requestedBy: actor,
      email: 'ada@clinic.example',
      startDate: '2026-01-01',
      endDate: '2026-01-30',
      state: 'pending',
      error: null,
      finishedAt: null,
    });
    expect(await securityReportById(control.db, report.id)).toEqual({ report, body: null });
    const [job] = await jobs();
    expect(job).toMatchObject({ kind: 'write-security-report', organizationId, state: 'queued' });
    expect(JSON.parse(job?.payload ?? '')).toEqual({ reportId: report.id });
    const [entry] = await entries();
    expect(entry).toMatchObject({ action: 'security_report.request', objectId: report.id, actorId: 'c1' });
  });

  it('leave nothing behind when the transaction they are asked for in fails', async () => {
    const failing = inTransaction(control.db, async (trx) => {
      await requestSecurityReport(trx, { organizationId, startDate: '2026-01-01', endDate: '2026-01-02', actor });
      throw new Error('power cut');
    });
    await expect(failing).rejects.toThrow('power cut');
    expect(await listSecurityReports(control.db, { organizationId, limit: 10 })).toEqual([]);
    expect([await jobs(), await entries()]).toEqual([[], []]);
  });

  it.each(['nobody', 'a b@c.example', '@'])('refuse the address %j and book nothing', async (email) => {
    await expect(request({ email })).rejects.toMatchObject({ code: 'bad_request', faults: [{ where: 'email' }] });
    expect(await jobs()).toEqual([]);
  });

  it('end once: what comes later changes nothing', async () => {
    const { id } = await request();
    expect(await finishSecurityReport(control.db, id, { body: { requests: 7 } })).toBe(true);
    expect(await finishSecurityReport(control.db, id, { body: { requests: 8 } })).toBe(false);
    expect(await finishSecurityReport(control.db, id, { failure: 'too late' })).toBe(false);
    expect(await securityReportById(control.db, id)).toMatchObject({
      report: { state: 'ready', error: null, finishedAt: expect.any(String) },
      body: { requests: 7 },
    });
    const { id: other } = await request();
    expect(await finishSecurityReport(control.db, other, { failure: 'no space left' })).toBe(true);
    expect(await securityReportById(control.db, other)).toMatchObject({
      report: { state: 'failed', error: 'no space left' },
      body: null,
    });
    expect((await entries()).map(({ action, result }) => [action, result])).toEqual([
      ['security_report.request', 'success'],
      ['security_report.finish', 'success'],
      ['security_report.request', 'success'],
      ['security_report.finish', 'failure'],
    ]);
    expect((await verifyAudit(control.db)).fault).toBeUndefined();
  });

  it('are listed newest first, of their organization alone', async () => {
    const { id: elsewhere } = await createOrganization(control.db, { slug: 'ward', name: 'Ward', actor });
    await request({ organizationId: elsewhere });
    const ids: string[] = [];
    for (const at of ['2026-02-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z', '2026-02-03T00:00:00.000Z']) {
      const { id } = await request();
      await control.db.updateTable('securityReports').set({ createdAt: at }).where('id', '=', id).execute();
      ids.unshift(id);
    }
    const listed = async (limit: number) =>
      (await listSecurityReports(control.db, { organizationId, limit })).map(({ id }) => id);
    expect(await listed(10)).toEqual(ids);
    expect(await listed(2)).toEqual(ids.slice(0, 2));
  });

  it('are not there under another id', async () => {
    expect(await securityReportById(control.db, 'nothing')).toBeUndefined();
    expect(await finishSecurityReport(control.db, 'nothing', { failure: 'x' })).toBe(false);
  });
});
