import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import type { Organization } from '../../model/organization.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import {
  listSecurityReports,
  readSecurityReport,
  requestSecurityReport,
  type SecurityReportRequest,
} from './security-reports.ts';
import { abandonSecurityReport, writeSecurityReport } from './write-security-report.ts';

let world: World;

const DNS = { kind: 'dns', query_type: 'A', src_ip: '10.0.0.1', category_labels: ['Malware'] };

beforeAll(async () => {
  world = await openWorld();
  const { branch, stranger } = world.organizations;
  await world.load(branch, [
    { ...DNS, time: '2026-01-14T23:59:59.999Z', domain: 'before.example' },
    { ...DNS, time: '2026-01-15T00:00:00Z', domain: 'bad.example', verdict: 'blocked', threats: ['Emotet'] },
    { ...DNS, time: '2026-01-15T10:00:00Z', domain: 'bad.example', verdict: 'blocked', category_labels: ['Our list'] },
    { ...DNS, time: '2026-01-15T11:00:00Z', domain: 'good.example', src_ip: '10.0.0.2' },
    { ...DNS, time: '2026-01-17T23:59:59.999Z', domain: 'good.example' },
    { ...DNS, time: '2026-01-18T00:00:00Z', domain: 'after.example' },
  ]);
  await world.load(stranger, [{ ...DNS, time: '2026-01-15T10:00:00Z', domain: 'theirs.example', verdict: 'blocked' }]);
});
afterAll(() => world?.close());

function scopeOf(organization: Organization, permissions: readonly Permission[] = PERMISSIONS): Scope {
  return { organization, actor: TEST_ACTOR, permissions: new Set(permissions) };
}

const SPAN = { startDate: '2026-01-15', endDate: '2026-01-17' };

async function request(input: Partial<SecurityReportRequest> = {}, by: Organization = world.organizations.provider) {
  const customer = String(world.organizations.branch.id);
  return requestSecurityReport(world.context, scopeOf(by), { customer, ...input });
}

const read = (id: string, organization = world.organizations.branch) =>
  readSecurityReport(world.context, scopeOf(organization), id);

describe('a request', () => {
  test('covers the last 30 days, today in UTC included, where it names none', async () => {
    world.nowMs = Date.parse('2026-01-15T00:30:00Z');
    const spanOf = async (input: Partial<SecurityReportRequest>) => {
      const { report } = await request(input);
      return [report.startDate, report.endDate];
    };
    expect(await spanOf({})).toEqual(['2025-12-17', '2026-01-15']);
    expect(await spanOf({ endDate: '2025-03-01' })).toEqual(['2025-01-31', '2025-03-01']);
    expect(await spanOf({ startDate: '2026-01-15' })).toEqual(['2026-01-15', '2026-01-15']);
    expect(await spanOf({ startDate: '2025-01-15', endDate: '2026-01-15' })).toEqual(['2025-01-15', '2026-01-15']);
  });

  test.each([
    [{ startDate: '2026-01-16', endDate: '2026-01-15' }, /later/],
    [{ startDate: '2999-01-01' }, /later/],
    [{ startDate: '2025-01-14', endDate: '2026-01-15' }, /at most 366 days, not 367/],
    [{ startDate: '1969-12-31', endDate: '1970-01-02' }, /before 1970/],
    [{ endDate: '1970-01-02' }, /before 1970/],
  ])('over %o is refused', async (input, message) => {
    await expect(request(input)).rejects.toMatchObject({ code: 'bad_request', public: expect.stringMatching(message) });
  });

  test('is for the own organization or one below it; all others fail alike, whatever else is wrong', async () => {
    const { provider, branch, office, sibling, stranger } = world.organizations;
    for (const own of [branch, office]) {
      const { organization, report } = await request({ customer: String(own.id) }, branch);
      expect([organization.id, report.organizationId]).toEqual([own.id, own.id]);
    }
    for (const customer of [provider, sibling, stranger].map(({ id }) => String(id)).concat('4000000', 'x', '', '0')) {
      const refused = request({ customer, startDate: '2999-01-01' }, branch);
      await expect(refused, customer).rejects.toMatchObject({
        code: 'foreign_organization',
        public: 'invalid organization',
        faults: [],
      });
    }
  });

  test('needs the permission to write', async () => {
    const { provider, branch } = world.organizations;
    const scope = scopeOf(provider, ['customers:read', 'aggregates:read']);
    await expect(requestSecurityReport(world.context, scope, { customer: String(branch.id) })).rejects.toMatchObject({
      code: 'forbidden',
      faults: [{ value: 'customers:write' }],
    });
  });
});

describe('a report', () => {
  test('says what the events of its days say, of its organization alone', async () => {
    const { report } = await request(SPAN);
    expect((await read(report.id)).document).toBeNull();
    await writeSecurityReport(world.context, report.id);
    const written = await read(report.id);
    expect(written.report).toMatchObject({ state: 'ready', error: null });
    const { branch } = world.organizations;
    expect(written.document).toEqual({
      organization: { id: branch.id, slug: 'branch', name: 'branch' },
      ...SPAN,
      writtenAt: new Date(world.nowMs).toISOString(),
      totals: {
        requests: 4,
        allowed: 2,
        blocked: 2,
        identities: 2,
        domains: 2,
        categories: 2,
        applications: 0,
        files: 0,
      },
      days: [
        { date: '2026-01-15', requests: 3, allowed: 1, blocked: 2 },
        { date: '2026-01-16', requests: 0, allowed: 0, blocked: 0 },
        { date: '2026-01-17', requests: 1, allowed: 1, blocked: 0 },
      ],
      topCategories: [
        { category: 'Malware', requests: 3 },
        { category: 'Our list', requests: 1 },
      ],
      topBlockedDestinations: [{ destination: 'bad.example', requests: 2, categories: ['Malware', 'Our list'] }],
      topThreats: [{ label: 'Emotet', type: '', requests: 1 }],
      topIdentities: [
        { label: '10.0.0.1', type: 'network', requests: 3, allowed: 1, blocked: 2 },
        { label: '10.0.0.2', type: 'network', requests: 1, allowed: 1, blocked: 0 },
      ],
    });
  });

  test('about an organization without events holds zeros, not nothing', async () => {
    const { sibling } = world.organizations;
    const { report } = await request({ ...SPAN, customer: String(sibling.id) });
    await writeSecurityReport(world.context, report.id);
    const { document } = await read(report.id, sibling);
    expect(document?.totals).toMatchObject({ requests: 0, domains: 0 });
    expect(document?.days).toHaveLength(3);
    expect(document?.topIdentities).toEqual([]);
  });

  test('is not found by another organization, not even by one above or below', async () => {
    const { report } = await request(SPAN);
    const { provider, office, stranger } = world.organizations;
    for (const other of [provider, office, stranger]) {
      await expect(read(report.id, other)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(read('nothing')).rejects.toMatchObject({ code: 'not_found' });
    const listed = await listSecurityReports(world.context, scopeOf(provider), { limit: 100 });
    expect(listed).toEqual([]);
    const own = await listSecurityReports(world.context, scopeOf(world.organizations.branch), { limit: 100 });
    expect(own.map(({ id }) => id)).toContain(report.id);
  });

  test('may be about days to come, however far', async () => {
    for (const endDate of ['2106-02-08', '2299-12-31', '9999-12-31']) {
      const { report } = await request({ endDate });
      await writeSecurityReport(world.context, report.id);
      expect((await read(report.id)).document?.totals, endDate).toMatchObject({ requests: 0 });
    }
    const { report } = await request({ startDate: '1970-01-01', endDate: '1970-01-02' });
    await writeSecurityReport(world.context, report.id);
    expect((await read(report.id)).document?.days).toHaveLength(2);
  });

  test('that was given up says why, and is not written after all', async () => {
    const { report } = await request(SPAN);
    await abandonSecurityReport(world.context, report.id, 'no luck');
    await writeSecurityReport(world.context, report.id);
    expect(await read(report.id)).toMatchObject({ report: { state: 'failed', error: 'no luck' }, document: null });
  });

  test('needs the permission to read', async () => {
    const { branch } = world.organizations;
    const scope = scopeOf(branch, ['customers:read']);
    await expect(listSecurityReports(world.context, scope, { limit: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readSecurityReport(world.context, scope, 'x')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
