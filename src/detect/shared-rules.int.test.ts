import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../test/format-harness.ts';
import { windowsEvents } from '../formats/windows-events/index.ts';
import { compileGroup, type EventRule, logSourceOf, parseRules } from './index.ts';

const SHARED = join(import.meta.dirname, '../../../shared/data');
const RULES = join(SHARED, 'sigma');
const PAIRS = join(SHARED, 'sigma-regression');
const present = existsSync(RULES) && existsSync(PAIRS);
const title = `the public rules in ../shared/data${present ? '' : ' (skipped: the folder is absent)'}`;

/** What we store no logs of. */
const UNMAPPED: Readonly<Record<string, string>> = {
  'cisco_cli_dot1x_disabled/rule.yml': 'no mapping for product cisco, service aaa',
  'linux/lnx_auditd_change_file_time_attr.yml': 'no mapping for product linux, service auditd',
  'linux/lnx_auditd_create_account.yml': 'no mapping for product linux, service auditd',
  'linux/lnx_auditd_find_cred_in_files.yml': 'no mapping for product linux, service auditd',
  'linux/lnx_auditd_screencapture_import.yml': 'no mapping for product linux, service auditd',
  'network-device/cisco_cli_file_deletion.yml': 'no mapping for product cisco, service aaa',
  'network-device/cisco_cli_moving_data.yml': 'no mapping for product cisco, service aaa',
  'network-device/cisco_ldp_md5_auth_failed.yml': 'no mapping for product cisco, service ldp',
  'network-device/cisco_syslog_cve_2023_20198_ios_xe_web_ui.yml': 'no mapping for product cisco, service syslog',
  'network-device/fortinet_fortigate_new_vpn_ssl_web_portal.yml': 'no mapping for product fortigate, service event',
};

/** Events that two rules are about: the commands of these pairs download from a sharing site, into a suspicious folder, from an address. */
const ALSO: readonly string[] = [
  'proc_creation_win_bitsadmin_download_file_sharing_domains proc_creation_win_bitsadmin_download_susp_targetfolder',
  'proc_creation_win_bitsadmin_download_susp_targetfolder proc_creation_win_bitsadmin_download_file_sharing_domains',
  'proc_creation_win_certutil_download_direct_ip proc_creation_win_certutil_download',
];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml') && !name.endsWith('info.yml'))
    .toSorted();
}

function rulesIn(folder: string): { file: string; rule: EventRule }[] {
  return filesIn(folder).flatMap((file) => {
    const { rules, problems } = parseRules(readFileSync(join(folder, file), 'utf8'), file);
    expect(problems, file).toEqual([]);
    return rules.flatMap((rule) => (rule.type === 'event' ? [{ file, rule }] : []));
  });
}

describe.skipIf(!present)(title, () => {
  it('reads every rule, and says of each that has no place among our logs where and why', () => {
    const rules = [...rulesIn(RULES), ...rulesIn(PAIRS)];
    expect(rules).toHaveLength(filesIn(RULES).length + filesIn(PAIRS).length);
    const problems = rules.flatMap(({ file, rule }) => {
      const placed = logSourceOf(rule);
      return 'problem' in placed ? [[file, placed.problem] as const] : [];
    });
    expect(Object.fromEntries(problems.map(([file, { message }]) => [file, message]))).toEqual(UNMAPPED);
    for (const [file, { line }] of problems) {
      const text = readFileSync(
        join(file in UNMAPPED && file.startsWith('cisco_cli_dot1x') ? PAIRS : RULES, file),
        'utf8',
      );
      expect(text.split('\n')[line - 1], file).toMatch(/^logsource:/);
    }
  });

  describe('events labelled with the rule they match', () => {
    let harness: FormatHarness;
    const pairs = present ? rulesIn(PAIRS).filter(({ rule }) => 'scan' in logSourceOf(rule)) : [];
    /** Batch of each pair's events. */
    const batches: unknown[] = [];
    beforeAll(async () => {
      harness = await openFormatHarness([windowsEvents]);
      for (const { file } of pairs) {
        const { events } = await harness.read(windowsEvents, 'events.json', eventsOf(file));
        batches.push(events[0]?.seq);
      }
    });
    afterAll(() => harness?.close());

    it('match their rule, and no other but those that their events also speak of', async () => {
      const group = compileGroup(pairs.map(({ rule }) => rule));
      const sql = `SELECT seq, groupUniqArrayArray(matched) AS numbers FROM (${group.matched('1')}) GROUP BY seq`;
      const rows = await harness.store.query<{ seq: number; numbers: number[] }>(sql);
      const matched = new Map<unknown, number[]>(rows.map(({ seq, numbers }) => [seq, numbers]));
      const missed = pairs.filter((_, index) => !matched.get(batches[index])?.includes(index + 1));
      expect(pairs).toHaveLength(59);
      expect(missed.map(({ file }) => file)).toEqual([]);
      const others = pairs.flatMap(({ file }, index) => {
        const numbers = matched.get(batches[index]) ?? [];
        return numbers.filter((number) => number !== index + 1).map((number) => `${file} ${pairs[number - 1]?.file}`);
      });
      expect(others.map((pair) => pair.replaceAll('/rule.yml', ''))).toEqual(ALSO);
    });
  });
});

function eventsOf(file: string): string {
  const folder = join(PAIRS, file, '..');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
