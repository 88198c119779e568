import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventRow, openRowStore, type RowStore } from '../../../test/sigma/event-rows.ts';
import { compileGroup, type EventRule, logSourceOf, parseRules } from '../index.ts';

let rows: RowStore;
let seq = 0;
beforeAll(async () => {
  rows = await openRowStore();
});
afterAll(() => rows?.close());

function rule(logSource: string, selection: string, more = ''): EventRule {
  const text = `title: T\nlogsource: {${logSource}}\ndetection: {s: {${selection}}, condition: s}\n${more}`;
  const { rules, problems } = parseRules(text, 'rule.yml');
  expect(problems).toEqual([]);
  const [first] = rules;
  if (first?.type !== 'event') throw new Error('no event rule');
  expect(logSourceOf(first)).toHaveProperty('scan');
  return first;
}

/** Which of the selections hold of the event, each as a rule of its own; `candidates` must have thought them possible. */
async function holding(logSource: string, event: EventRow, selections: readonly string[]): Promise<string[]> {
  seq += 1;
  await rows.insert(seq, [event]);
  const group = compileGroup(selections.map((selection) => rule(logSource, selection)));
  const where = 'seq = {seq:UInt64}';
  const [all] = await rows.store.query<{ matched: number[] }>(`SELECT matched FROM (${group.matched(where)})`, { seq });
  const [likely] = await rows.store.query<{ numbers: number[] }>(group.candidates(where), { seq });
  const numbers = all?.matched ?? [];
  expect(likely?.numbers).toEqual(expect.arrayContaining(numbers));
  const narrowed = `SELECT matched FROM (${group.matched(where, likely?.numbers ?? [])})`;
  if (likely?.numbers.length !== 0) {
    const [again] = await rows.store.query<{ matched: number[] }>(narrowed, { seq });
    expect(again?.matched ?? []).toEqual(numbers);
  }
  return selections.filter((_, index) => numbers.includes(index + 1));
}

/** Every one of `yes` and none of `no` holds. */
async function expectHolding(logSource: string, event: EventRow, yes: readonly string[], no: readonly string[]) {
  expect(await holding(logSource, event, [...yes, ...no])).toEqual(yes);
}

const WEB: EventRow = {
  kind: 'web',
  verdict: 'blocked',
  domain: 'host.example.com',
  url: 'https://Host.example.com/A/b.EXE?cmd=id&x=1',
  method: 'POST',
  status: 302,
  user_agent: 'Mozilla/5.0 Evil',
  src_ip: '10.1.2.3',
  dst_ip: 'fe80::1',
  dst_port: 443,
  bytes_out: 1500,
  raw: 'whole "line" of the log',
};

describe('fields of a log source', () => {
  it('of proxies and web servers', async () => {
    const yes = [
      'c-uri|contains: host.EXAMPLE.com/a',
      'c-uri|startswith: https',
      'c-uri|startswith: /a/b',
      'c-uri: "/a/b.exe?cmd=id&x=1"',
      'cs-uri-query|startswith: cmd=',
      'cs-uri-query|startswith: /a/',
      'cs-uri-stem: /a/B.exe',
      'c-uri-extension: exe',
      'cs-host|endswith: .example.com',
      'r-dns: host.example.com',
      'c-useragent|contains: EVIL',
      'c-useragent|contains|cased: Evil',
      'c-useragent|re: "E[v]il$"',
      'cs-method: post',
      'sc-status: 302',
      'sc-status: "302"',
      'sc-status|startswith: 3',
      'sc-status|gte: 302',
      'cs-bytes|lt: 1500.5',
      'dst_ip|cidr: fe80::/10',
      'src_ip|cidr: [192.168.0.0/16, 10.0.0.0/8]',
      'src_ip|startswith: 10.1.',
      'action: block',
      'blocked: true',
      'cs-referer: null',
      'cs-referer: ""',
      'cs-referer|exists: false',
      'cs-bytes|exists: true',
      'sc-bytes: null',
      'c-uri|endswith: x=1',
      'cs-host|fieldref|contains: cs-host',
    ];
    const no = [
      'c-useragent|contains|cased: evil',
      'c-useragent|re: "e[v]il$"',
      'c-uri: /a/b.exe',
      'cs-uri-stem|contains: cmd',
      'sc-status: [200, 404]',
      'sc-status|gt: 302',
      'sc-bytes|lt: 5',
      'dst_ip|cidr: "::/1"',
      'src_ip|cidr: "::/0"',
      'cs-referer: "*"',
      'cs-referer|re: ".*"',
      'cs-referer|exists: true',
      'action: allow',
      'blocked: false',
      'cs-referer|fieldref: cs-cookie',
    ];
    await expectHolding('category: proxy', WEB, yes, no);
    await expectHolding('category: webserver', WEB, yes, no);
  });

  it('with keywords, looked for in the whole record', async () => {
    const { rules } = parseRules(
      ['whole', 'LINE" of', 'b.exe', 'evil', 'nowhere']
        .map((word, n) => `title: ${n}\nlogsource: {category: webserver}\ndetection: {k: ['${word}'], condition: k}\n`)
        .join('---\n'),
      'k.yml',
    );
    seq += 1;
    await rows.insert(seq, [WEB]);
    const group = compileGroup(rules.filter((found) => found.type === 'event'));
    expect(await rows.store.query(`SELECT matched FROM (${group.matched(`seq = ${seq}`)})`)).toEqual([
      { matched: [1, 2, 3, 4] },
    ]);
  });

  it('of DNS, with the answers of every sensor', async () => {
    const dns = { kind: 'dns', domain: 'a.evil.top', query_type: 'TXT', src_ip: '10.0.0.1' };
    const question = ['query|endswith: .EVIL.top', 'query: a.evil.top', 'record_type: txt', 'query|re: "^a\\\\.evil"'];
    await expectHolding(
      'category: dns',
      { ...dns, extra: { answers: '["1.2.3.4","TXT 5 abc"]' } },
      [...question, 'answer: 1.2.3.4', 'answer|contains: abc', 'answer|cidr: 1.2.3.0/24', 'answer|exists: true'],
      ['answer: null', 'query: evil.top'],
    );
    const eve = {
      ...dns,
      kind: 'dns_answer',
      extra: { 'dns.answers': '[{"rrname":"a","rdata":"1.2.3.4"},{"rdata":"9.9.9.9"}]' },
    };
    await expectHolding('category: dns', eve, ['answer: 9.9.9.9'], question);
    await expectHolding('category: dns', dns, ['answer: null', 'answer|exists: false'], ['answer: "*"']);
  });

  it('of firewalls and intrusion detection', async () => {
    const flow = { kind: 'firewall', verdict: 'allowed', src_ip: '::1', dst_ip: '8.8.8.8', dst_port: 53, proto: 17 };
    await expectHolding(
      'category: firewall',
      flow,
      ['dst_port: 53', 'action: allow', 'protocol: udp', 'protocol: 17', 'src_ip: "::1"'],
      ['protocol: tcp', 'src_port: 0', 'action: block', 'src_ip|cidr: 10.0.0.0/8'],
    );
    const alert = { kind: 'intrusion', verdict: 'detected', signature: 'ET MALWARE X', severity: 1 };
    await expectHolding(
      'category: ids',
      alert,
      ['severity: 1', 'severity|lte: 2', 'signature|startswith: et malware', 'action: detected'],
      ['severity: 0'],
    );
  });

  it('of Zeek, by log', async () => {
    const http = {
      kind: 'web',
      format: 'zeek',
      record_type: 'http',
      url: 'http://h/x.exe',
      method: 'GET',
      extra: { uri: '/x.exe', resp_mime_types: '["application/x-dosexec"]', Z: '0' },
    };
    await expectHolding(
      'product: zeek, service: http',
      http,
      ['uri: /X.exe', 'c-uri|startswith: /x', 'method: get', 'resp_mime_types|contains: dosexec', 'Z: 0'],
      ['Z: 1', 'AA: false'],
    );
    await expectHolding('product: zeek, service: dns', http, [], ['Z: 0']);
  });

  it('of CloudTrail and of Windows, by channel and event id', async () => {
    await expectHolding(
      'product: aws, service: cloudtrail',
      { kind: 'audit', extra: { eventSource: 'iam.amazonaws.com', 'userIdentity.arn': 'a' } },
      ['eventSource|startswith: IAM', 'errorCode: null'],
      ['eventSource: ec2.amazonaws.com'],
    );
    const created = {
      kind: 'endpoint',
      extra: { Channel: 'Security', EventID: '4688', Image: 'C:\\Windows\\cmd.exe' },
    };
    await expectHolding(
      'product: windows, category: process_creation',
      created,
      ["Image|endswith: '\\CMD.exe'", 'EventID: 4688'],
      ['Image: null'],
    );
    await expectHolding('product: windows, service: security', created, ['EventID: 4688'], []);
    for (const other of [
      'product: windows, service: system',
      'product: linux, category: process_creation',
      'product: windows, category: file_event',
    ]) {
      await expectHolding(other, created, [], ['EventID: 4688']);
    }
  });
});

describe('a rule that has no place', () => {
  it.each([
    ['product: cisco, service: aaa', 'query: x', 'no mapping for product cisco, service aaa', 2, 1],
    [
      'product: windows, category: constructor',
      'query: x',
      'no mapping for category constructor, product windows',
      2,
      1,
    ],
    ['category: toString', 'query: x', 'no mapping for category tostring', 2, 1],
    ['category: dns', 'hostname: x', 'category dns has no field "hostname"', 3, 17],
    ['category: dns', 'query|fieldref: nothing', 'category dns has no field "nothing"', 3, 17],
  ])('%s, %s', (logSource, selection, message, line, column) => {
    const text = `title: T\nlogsource: {${logSource}}\ndetection: {s: {${selection}}, condition: s}\n`;
    const [first] = parseRules(text, 'rule.yml').rules;
    if (first?.type !== 'event') throw new Error('no event rule');
    expect(logSourceOf(first)).toEqual({ problem: { file: 'rule.yml', line, column, message } });
  });
});

describe('what events hold', () => {
  it('never makes a statement fail, whatever it is', async () => {
    seq += 1;
    const odd = [
      '',
      '\0',
      "'",
      '\\',
      'nan',
      'inf',
      '1e999',
      '::ffff:1.2.3.4',
      '999.1.1.1',
      '{x:String}',
      '[',
      '["a"',
      '\u{1f600}',
    ];
    await rows.insert(
      seq,
      odd.map((text) => ({ kind: 'endpoint', src_ip: text, extra: { Channel: text, A: text, B: text } })),
    );
    await rows.store.command(
      `INSERT INTO events (org, time, seq, row, kind, extra) VALUES (1, now64(), ${seq}, 99, 'endpoint', map('A', unhex('FF80FE')))`,
    );
    const selections = [
      'A|cidr: 10.0.0.0/8',
      'A|gt: 5',
      'A|re: "[a-z]+"',
      'A: "?"',
      'A|contains: "a*b"',
      'A|contains: "é*b"',
      'A|fieldref: B',
      "A: '{x:String}'",
      'A|exists: true',
    ];
    const group = compileGroup(
      selections.map((selection) => rule('product: windows', selection, 'belfry: {group_by: [A, B]}')),
    );
    const sql = `SELECT row, matched, ${group.keys.get(9)} AS key FROM (${group.matched('seq = {seq:UInt64}')}) ORDER BY row`;
    const found = await rows.store.query<{ row: number; matched: number[]; key: string }>(sql, { seq });
    expect(found.filter(({ matched }) => matched.includes(9))).toHaveLength(odd.length);
    expect(found.find(({ row }) => row === 9)).toMatchObject({ matched: [3, 7, 8, 9], key: '{x:String}|{x:String}' });
  });
});
