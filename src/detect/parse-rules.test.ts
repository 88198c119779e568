import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventRule, parseRules } from './index.ts';

/** A rule whose selection is given: it begins on line 5, column 5. */
function ruleWith(selection: string, more = ''): string {
  return `title: Test\nlogsource:\n  category: dns\ndetection:\n  s: {${selection}}\n  condition: s\n${more}`;
}

function event(text: string, options = {}): EventRule {
  const { rules, problems } = parseRules(text, 'rule.yml', options);
  expect(problems).toEqual([]);
  const [rule] = rules;
  if (rule?.type !== 'event') throw new Error('no event rule');
  return rule;
}

const problems = (text: string, options = {}) => parseRules(text, 'rule.yml', options).problems;

describe('a rule', () => {
  it('keeps what it says about itself', () => {
    const rule = event(`
title: Beacon
id: 0F06A3A5-6A09-413F-8743-E6CF35561297
name: beacon
status: stable
level: critical
author: [A, B]
date: 2024-01-02
tags: [attack.command-and-control, attack.t1071.004, attack.g0020, cve.2024-1, attack.defense_evasion]
related: [{id: X1, type: derived}]
falsepositives: Unlikely
fields: [query]
logsource: {category: DNS}
detection: {s: {query: x}, condition: s}
belfry: {intent: System Compromise, strategy: C2, method: DNS, priority: 80, mute: 30m, group_by: [query]}
`);
    expect(rule).toMatchObject({
      file: 'rule.yml',
      line: 2,
      id: '0f06a3a5-6a09-413f-8743-e6cf35561297',
      name: 'beacon',
      status: 'stable',
      level: 'critical',
      author: 'A, B',
      date: '2024-01-02',
      attackTechniques: ['T1071.004'],
      attackTactics: ['command-and-control', 'defense-evasion'],
      related: [{ id: 'x1', type: 'derived' }],
      falsePositives: ['Unlikely'],
      fields: ['query'],
      logSource: { category: 'dns' },
      alarm: {
        intent: 'System Compromise',
        strategy: 'C2',
        method: 'DNS',
        priority: 80,
        muteMs: 1_800_000,
        groupBy: ['query'],
      },
    });
  });

  it('has the licence of its pack unless it names one', () => {
    expect(event(ruleWith('query: x'), { license: 'DRL 1.1' }).license).toBe('DRL 1.1');
    expect(event(ruleWith('query: x', 'license: MIT'), { license: 'DRL 1.1' }).license).toBe('MIT');
  });

  it('without an id gets one that stays the same', () => {
    expect(event(ruleWith('query: x')).id).toBe(event(ruleWith('query: y')).id);
    expect(event(ruleWith('query: x')).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('wildcards and escapes', () => {
  const any = { wildcard: '*' };
  const one = { wildcard: '?' };
  it.each([
    ["'a*b?'", ['a', any, 'b', one]],
    [String.raw`'\*'`, ['*']],
    [String.raw`'\?'`, ['?']],
    [String.raw`'\\*'`, ['\\', any]],
    [String.raw`'\\\*'`, ['\\*']],
    [String.raw`'C:\Windows\x'`, ['C:\\Windows\\x']],
    [String.raw`'\\server'`, ['\\server']],
    [String.raw`'\\\\server'`, ['\\\\server']],
    [String.raw`'a\'`, ['a\\']],
    ["''", []],
    ["'*'", [any]],
  ])('%s', (written, pattern) => {
    expect(event(ruleWith(`query: ${written}`)).condition).toMatchObject({ type: 'text', pattern });
  });
});

describe('modifiers', () => {
  const texts = (selection: string, options = {}) => {
    const { condition } = event(ruleWith(selection), options);
    const all = condition.type === 'or' || condition.type === 'and' ? condition.of : [condition];
    return all.map((part) =>
      part.type === 'text' ? part.pattern.map((p) => (typeof p === 'string' ? p : p.wildcard)).join('') : part.type,
    );
  };
  it.each([
    ['query|contains: a', ['*a*']],
    ['query|contains: "*a*"', ['*a*']],
    ['query|startswith: a', ['a*']],
    ['query|endswith: a', ['*a']],
    ['query|base64: foobar', ['Zm9vYmFy']],
    ['query|base64offset|contains: /bin/sh', ['*L2Jpbi9za*', '*9iaW4vc2*', '*vYmluL3No*']],
    ['query|wide|base64: ab', ['YQBiAA==']],
    ['query|utf16be|base64: ab', ['AGEAYg==']],
    ['query|utf16|base64: ab', ['//5hAGIA']],
    ['query|windash: -a', ['-a', '/a', '–a', '—a', '―a']],
    ['query|windash: a-b', ['a-b']],
    ['query|contains: 12', ['*12*']],
  ])('%s', (selection, expected) => expect(texts(selection)).toEqual(expected));

  it('fills placeholders with every text of their list', () => {
    const options = { placeholders: { admins: ['root', 'adm*'], hosts: ['a', 'b'] } };
    expect(texts("query|expand: 'u-%admins%'", options)).toEqual(['u-root', 'u-adm*']);
    expect(texts("query|expand|contains: '%admins%@%hosts%'", options)).toEqual([
      '*root@a*',
      '*root@b*',
      '*adm*@a*',
      '*adm*@b*',
    ]);
    expect(texts(String.raw`query|expand: '\%admins%'`, options)).toEqual(['%admins%']);
  });
});

describe('what is wrong is said with its place', () => {
  it.each([
    ['query|contans: x', 'unknown modifier "contans": did you mean contains?', 5, 7],
    ['query|re|cidr: x', 'the modifiers re and cidr do not go together', 5, 7],
    ['query|re|contains: x', 'the modifiers re and contains do not go together', 5, 7],
    ['query|i: x', 'the modifier i needs re before it', 5, 7],
    ['query|all|all: x', 'the modifier all stands here twice', 5, 7],
    ['query|gt: x', 'gt takes a number', 5, 17],
    ['query|exists: maybe', 'exists takes true or false', 5, 21],
    ['query|contains: null', 'null takes no modifier', 5, 23],
    ['query|cidr: 10.0.0.0/33', '"10.0.0.0/33" is no network such as 10.0.0.0/8', 5, 19],
    ['query|base64: a*', 'base64 takes a text without wildcards', 5, 21],
    ['query|expand: "%x%"', 'no list is given for the placeholder %x%', 5, 21],
    ['query|re: "(?=a)"', 'lookahead and lookbehind are not supported, at character 1', 5, 17],
    ['query|re: "(a)\\\\1"', 'backreferences are not supported, at character 4', 5, 17],
    ['query|re: "((a{100}){100}){100}"', 'a repetition of more than 1000 times, at character 15', 5, 17],
    [`query|re: ${'a'.repeat(3000)}`, 'the expression has more than 2000 characters, at character 1', 5, 17],
    ['query|windash: -a -b -c -d -e', 'windash takes at most four dashes', 5, 22],
    ['query: []', 'nothing to look for', 5, 14],
    ['query: {a: b}', 'a value must be a text, a number, true, false or null', 5, 14],
    ['query: &a [*a]', '*a contains itself', 5, 18],
    ['query: *a', '*a refers to no anchor', 5, 14],
  ])('%.60s', (selection, message, line, column) => {
    expect(problems(ruleWith(selection))).toEqual([
      { file: 'rule.yml', line, column, message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['', 'no rule'],
    ['just text', 'a rule must hold keys and values'],
    ['a: [', 'not YAML'],
    ['title: x', 'no detection and no correlation'],
    ['detection: {}', 'no title'],
    [ruleWith('query: x', 'level: hihg'), 'unknown level "hihg": did you mean high?'],
    [ruleWith('query: x', 'belfry: {prioritty: 1}'), 'belfry knows'],
    [ruleWith('query: x', 'belfry: {priority: 101}'), 'from 0 to 100'],
    [ruleWith('query: x', 'belfry: {mute: soon}'), 'such as 30m'],
    [ruleWith('query: x', 'title: again'), '"title" stands here twice'],
    ['x'.repeat(10_000_000), 'a rule file may have'],
    ['['.repeat(100_000), 'not YAML'],
  ])('%.50s', (text, message) => {
    expect(problems(text)).toEqual([
      expect.objectContaining({ file: 'rule.yml', message: expect.stringContaining(message) }),
    ]);
  });

  it('refuses aliases that unroll to millions of values', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`);
    expect(problems(['l0: &l0 [x]', ...levels, ruleWith('query: x')].join('\n'))[0]?.message).toMatch(
      /more than 50000 values|levels deep/,
    );
  });

  it('of one document does not keep the others from being read', () => {
    const { rules, problems } = parseRules(`${ruleWith('query|nope: x')}---\n${ruleWith('query: x')}`, 'two.yml');
    expect(rules).toHaveLength(1);
    expect(problems).toMatchObject([{ line: 5 }]);
  });

  it('whatever the text is, nothing is thrown', () => {
    const pieces = fc.constantFrom(
      'title: x\n',
      'detection:\n',
      '  s:\n',
      '    a|re: ',
      '- ',
      '&a ',
      '*a',
      '{',
      '}',
      '[',
      '"',
      "'",
      '\n',
      ': ',
      'condition: ',
      '1 of them',
      '(',
      '|',
      '---\n',
      '!!binary ',
      '\0',
      '? ',
      'logsource: {category: dns}\n',
      '<<: *a\n',
      '\ud800',
      '%',
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { rules, problems } = parseRules(text, 'f.yml');
        expect(rules.length + problems.length).toBeGreaterThan(0);
        for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('old and joined documents', () => {
  it('share what an action: global document gives', () => {
    const text = `action: global\ntitle: Shared\nlogsource: {category: dns}\n---\nid: a\ndetection: {s: {query: x}, condition: s}\n---\nid: b\ndetection: {s: {query: y}, condition: s}\n`;
    const { rules, problems } = parseRules(text, 'global.yml');
    expect(problems).toEqual([]);
    expect(rules.map(({ id, title }) => [id, title])).toEqual([
      ['a', 'Shared'],
      ['b', 'Shared'],
    ]);
  });

  it('count behind a pipe as a correlation does', () => {
    const text = `title: Many\nid: many\nlogsource: {category: dns}\ndetection:\n  s: {query: x}\n  timeframe: 5m\n  condition: s | count(query) by src_ip > 10\n`;
    const { rules, problems } = parseRules(text, 'old.yml');
    expect(problems).toEqual([]);
    expect(rules).toMatchObject([
      { type: 'event', silent: true },
      {
        type: 'correlation',
        id: 'many',
        correlation: 'value_count',
        comparison: 'gt',
        count: 10,
        timespanMs: 300_000,
        groupBy: ['src_ip'],
        valueFields: ['query'],
        rules: [{ reference: rules[0]?.id }],
      },
    ]);
    expect(problems.concat(parseRules(text.replace('count(query)', 'near(x)'), 'old.yml').problems)).toMatchObject([
      { line: 7, message: expect.stringContaining('write a correlation rule') },
    ]);
  });
});
