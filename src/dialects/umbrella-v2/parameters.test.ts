import { describe, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import { rawQuery } from '../kit/raw-query.ts';
import { type Call, filterOf, orderOf, rangeOf, stepOf, textOf, timezoneOf } from './call.ts';
import { limitOf, offsetOf } from './paging.ts';

/** A call that only carries parameters; nothing here asks a store. */
function call(query: Record<string, unknown>, more: Partial<Call> = {}): Call {
  return {
    context: {} as Context,
    scope: {} as Scope,
    endpoint: '/activity',
    query: rawQuery(query),
    pathId: '',
    body: undefined,
    kinds: ['dns', 'web', 'firewall', 'intrusion'],
    typed: false,
    nowMs: Date.parse('2026-01-15T12:00:00Z'),
    settings: { offsetCeiling: 0, noisyDomains: ['noise.example'], cursorKey: new Uint8Array(32) },
    ...more,
  };
}

const filter = (query: Record<string, unknown>, more?: Partial<Call>) => {
  const { kinds, ...rest } = filterOf(call(query, more));
  return rest;
};

function faultOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, ...error.faults[0] };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('filters', () => {
  test.each([
    [{ domains: 'a.example, *.b.example' }, { domains: ['a.example', '*.b.example'] }],
    [{ domains: ['a.example', 'b.example,c.example'] }, { domains: ['a.example', 'b.example', 'c.example'] }],
    [{ DOMAINS: 'a.example' }, { domains: ['a.example'] }],
    [{ domains: '' }, {}],
    [{ domains: ' ' }, {}],
    [{ nonsense: 'x' }, {}],
    [{ urls: 'https://a.example/x' }, { urls: ['https://a.example/x'] }],
    [{ categories: '66' }, { categories: [66, 67] }],
    [{ policycategories: '68,71' }, { policyCategories: [68, 71] }],
    [{ ip: '10.1.2.3' }, { ips: ['10.1.2.3'] }],
    [{ ip: '2001:DB8::1' }, { ips: ['2001:db8::1'] }],
    [{ ports: '53,443' }, { ports: [53, 443] }],
    [{ identityids: '5735497361739846' }, { identityIds: [5_735_497_361_739_846] }],
    [{ identitytypes: 'network,Roaming Computers' }, { identityTypes: ['network', 'roaming'] }],
    [{ applicationid: '600' }, { applicationIds: [600] }],
    [{ verdict: 'Allowed,blocked,proxied' }, { verdicts: ['allowed', 'blocked', 'proxied'] }],
    [{ intrusionaction: 'would_block' }, { verdicts: ['would_block'] }],
    [{ verdict: 'blocked,allowed', intrusionaction: 'blocked,detected' }, { verdicts: ['blocked'] }],
    [{ ruleid: '4' }, { ruleIds: [4] }],
    [{ filename: '*.exe' }, { fileNames: ['*.exe'] }],
    [{ sha256: 'ab' }, { sha256: ['ab'] }],
    [{ securityoverridden: 'TRUE' }, { securityOverridden: true }],
    [{ tenantcontrols: '0' }, { tenantControls: false }],
    [{ bundleid: '7' }, { bundleIds: [7] }],
    [{ threats: 'WannaCry' }, { threats: ['WannaCry'] }],
    [{ threattypes: 'Ransomware' }, { threatTypes: ['Ransomware'] }],
    [{ ampdisposition: 'malicious' }, { ampDispositions: ['malicious'] }],
    [{ antivirusthreats: 'x' }, { antivirusThreats: ['x'] }],
    [{ isolatedstate: 'not-isolated' }, { isolatedStates: ['not-isolated'] }],
    [{ isolatedFileAction: 'viewed' }, { isolatedFileActions: ['viewed'] }],
    [{ isolatedfileaction: 'viewed' }, { isolatedFileActions: ['viewed'] }],
    [{ datalosspreventionstate: 'blocked' }, { dataLossStates: ['blocked'] }],
    [{ httperrors: 'TLSError' }, { httpErrors: ['tlserror'] }],
    [{ exists: 'sha256,threats' }, { exists: ['sha256', 'threats'] }],
    [{ signatures: '40001-1' }, { signatures: [{ id: 40_001, generatorId: 1 }] }],
    [{ signaturelistids: '11' }, { signatureLists: [11] }],
    [{ filternoisydomains: 'true' }, { withoutDomains: ['noise.example'] }],
    [{ filternoisydomains: 'false' }, {}],
    [{ domains: "x' OR 1=1 --" }, { domains: ["x' OR 1=1 --"] }],
  ])('reads %j', (query, expected) => {
    expect(filter(query)).toEqual(expected);
  });

  test.each([
    ['categories', 'abc'],
    ['categories', '4294967296'],
    ['categories', '-1'],
    ['ports', '65536'],
    ['ip', 'localhost'],
    ['ip', '10.0.0.0/8'],
    ['verdict', 'maybe'],
    ['securityoverridden', 'yes'],
    ['filternoisydomains', 'yes'],
    ['exists', 'everything'],
    ['signatures', '40001'],
    ['identityids', '99999999999999999999'],
    ['domains', 'a\0b'],
    ['x-traffic-type', 'smoke'],
  ])('refuses %s=%j and names both', (name, value) => {
    expect(faultOf(() => filterOf(call({ [name]: value })))).toMatchObject({ code: 'bad_request', where: name, value });
  });

  test('quotes no more than 200 characters of what it refuses', () => {
    const fault = faultOf(() => filter({ categories: 'x'.repeat(10_000) }));
    expect(fault).toMatchObject({ where: 'categories', value: 'x'.repeat(200) });
  });

  test('takes ten thousand characters that match nothing', () => {
    expect(filter({ domains: 'x'.repeat(10_000) }).domains).toHaveLength(1);
  });

  test('x-traffic-type narrows what an endpoint is about, and only where the path does not', () => {
    expect(filterOf(call({ 'x-traffic-type': 'proxy,dns' })).kinds).toEqual(['dns', 'web']);
    expect(filterOf(call({ 'x-traffic-type': 'ALL' })).kinds).toHaveLength(4);
    expect(filterOf(call({ 'x-traffic-type': 'ip' })).kinds).toEqual([]);
    expect(filterOf(call({ 'x-traffic-type': 'proxy' }, { kinds: ['dns'], typed: true })).kinds).toEqual(['dns']);
  });
});

describe('range', () => {
  test('has two ends, in order', () => {
    expect(rangeOf(call({ from: '-1days', to: 'now' }))).toEqual({
      fromMs: Date.parse('2026-01-14T12:00:00Z'),
      toMs: Date.parse('2026-01-15T12:00:00Z'),
    });
    expect(faultOf(() => rangeOf(call({ from: 'now', to: '-1days' })))).toMatchObject({ where: 'from', value: 'now' });
    expect(faultOf(() => rangeOf(call({ from: 'now' })))).toEqual({
      code: 'bad_request',
      where: 'to',
      message: 'missing required parameter to',
    });
  });
});

describe('paging', () => {
  test.each([
    [{}, 100],
    [{ limit: '1' }, 1],
    [{ limit: '5000' }, 5000],
    [{ limit: '5001' }, 5000],
    [{ limit: '99999999999999999999' }, 5000],
    [{ LIMIT: ['1', '2'] }, 2],
  ])('limit of %j', (query, expected) => {
    expect(limitOf(call(query))).toBe(expected);
  });

  test.each(['0', '-1', 'NaN', '1.5', '1e3', 'ten'])('refuses limit=%s', (limit) => {
    expect(faultOf(() => limitOf(call({ limit })))).toMatchObject({ where: 'limit', value: limit });
  });

  test('offset has a ceiling where one is set', () => {
    const settings = { offsetCeiling: 10, noisyDomains: [], cursorKey: new Uint8Array(32) };
    expect(offsetOf(call({}))).toBe(0);
    expect(offsetOf(call({ offset: '1000000000' }))).toBe(1_000_000_000);
    expect(offsetOf(call({ offset: '10' }, { settings }))).toBe(10);
    expect(faultOf(() => offsetOf(call({ offset: '11' }, { settings })))).toMatchObject({ where: 'offset' });
    expect(faultOf(() => offsetOf(call({ offset: '-1' })))).toMatchObject({ where: 'offset', value: '-1' });
  });
});

test('order, step and zone have defaults and refuse what they do not know', () => {
  expect([orderOf(call({})), stepOf(call({})), timezoneOf(call({}))]).toEqual(['desc', 'hour', 'UTC']);
  expect([orderOf(call({ order: 'ASC' })), stepOf(call({ timerange: 'Day' }))]).toEqual(['asc', 'day']);
  expect(faultOf(() => orderOf(call({ order: 'up' })))).toMatchObject({ where: 'order' });
  expect(faultOf(() => stepOf(call({ timerange: 'week' })))).toMatchObject({ where: 'timerange' });
  expect(faultOf(() => timezoneOf(call({ timezone: 'Nowhere' })))).toMatchObject({ where: 'timezone' });
  expect(textOf(call({ search: ['a', 'b'] }), 'SE')).toBe('b');
});
