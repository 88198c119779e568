import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clockIn } from '../time.ts';
import { toCategory, toIdentityType } from './objects.ts';
import { toProtocol } from './protocols.ts';

describe('objects', () => {
  test('a category that the table does not know keeps its label, or its number', () => {
    const unlisted = { type: 'content', integration: false, deprecated: false };
    expect(toCategory({ id: 3_245_739_786, label: 'Acme' })).toEqual({ id: 3_245_739_786, label: 'Acme', ...unlisted });
    expect(toCategory({ id: 56, label: null })).toEqual({ id: 56, label: '56', ...unlisted });
    expect(toCategory({ id: 71, label: null })).toMatchObject({ label: 'Block List', type: 'customer' });
  });

  test('an identity type and a protocol always have number and label', () => {
    expect(toIdentityType('roaming')).toEqual({ id: 9, type: 'roaming', label: 'Roaming Computers' });
    expect(toIdentityType('toaster')).toEqual({ id: 0, type: 'toaster', label: 'toaster' });
    expect(toProtocol(6)).toEqual({ id: 6, label: 'TCP' });
    expect(toProtocol(200)).toEqual({ id: 200, label: '200' });
    expect(toProtocol(null).id).toBeTypeOf('number');
  });
});

const FIXTURES = new URL('../fixtures/', import.meta.url);
const RECORDED = new URL('../../../../../shared/data/cisco-umbrella/', import.meta.url);

/** Paths of members, list items under one path: what a reader of the answer may dereference. */
function memberPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => memberPaths(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    `${path}.${name}`,
    ...memberPaths(member, `${path}.${name}`),
  ]);
}

// The recordings are not part of this repository; where they lie beside it, our answers must have all of their members.
describe.runIf(existsSync(RECORDED))('recorded answers', () => {
  test.each([
    ['v2-activity-dns.json', 'activity-dns.json'],
    ['v2-activity-proxied.json', 'activity-dns.json'],
    ['v2-activity-firewall.json', 'activity-firewall.json'],
  ])('%s has no member that ours lack', (recorded, fixture) => {
    const theirs = JSON.parse(readFileSync(new URL(recorded, RECORDED), 'utf8'));
    const ours = JSON.parse(readFileSync(new URL(fixture, FIXTURES), 'utf8')).answer;
    expect(memberPaths(ours)).toEqual(expect.arrayContaining([...new Set(memberPaths(theirs))]));
  });
});

test('a clock of a zone agrees with the clock of UTC on the instant', () => {
  const ms = Date.parse('2026-03-29T01:00:00Z');
  expect(clockIn('Europe/Berlin')(ms)).toEqual({ timestamp: ms, date: '2026-03-29', time: '03:00:00' });
});
