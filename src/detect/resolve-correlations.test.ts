import { describe, expect, it } from 'vitest';
import { parseRules, resolveCorrelations } from './index.ts';

describe('correlations', () => {
  const base = `title: Base\nid: base\nname: base_rule\nlogsource: {category: dns}\ndetection: {s: {query: x}, condition: s}\n`;
  const correlation = (rules: string, more = 'condition: {gte: 3}') =>
    `title: Count\nid: count\ncorrelation:\n  type: event_count\n  rules: ${rules}\n  group-by: [src_ip]\n  timespan: 1h\n  ${more}\n`;
  const resolve = (...texts: string[]) =>
    resolveCorrelations(texts.flatMap((text, n) => parseRules(text, `${n}.yml`).rules));

  it('find their rules by id or name, in any file, and silence them', () => {
    for (const reference of ['[base]', 'base_rule']) {
      const { events, correlations, problems } = resolve(correlation(reference), base);
      expect(problems).toEqual([]);
      expect(events).toMatchObject([{ id: 'base', silent: true }]);
      expect(correlations).toMatchObject([{ rule: { id: 'count' }, parts: [{ rule: { id: 'base' } }] }]);
    }
    expect(resolve(correlation('[base]', 'condition: {gte: 3}\n  generate: true'), base).events).toMatchObject([
      { silent: false },
    ]);
  });

  it.each([
    ['[nobody]', '"nobody": no rule has this id or name'],
    ['[count]', '"count": the rule refers to itself'],
  ])('that refer to %s are located problems', (reference, message) => {
    expect(resolve(correlation(reference), base).problems).toEqual([{ file: '0.yml', line: 5, column: 11, message }]);
  });

  it('of fields that a rule does not have, and rules with an id twice, are problems', () => {
    expect(resolve(correlation('[base]').replace('src_ip', 'nothing'), base).problems).toMatchObject([
      { message: 'the rule "Base" has no field "nothing"' },
    ]);
    expect(resolve(base, base).problems).toMatchObject([
      { file: '1.yml', message: 'the id base is that of another rule, 0.yml:1' },
    ]);
  });

  it.each([
    ['condition: {}', 'a condition is one of'],
    ['condition: {gte: x}', 'the count must be a whole number'],
    ['x: y', 'no condition'],
  ])('with %s are refused', (more, message) => {
    expect(parseRules(correlation('[base]', more), 'c.yml').problems).toMatchObject([
      { message: expect.stringContaining(message) },
    ]);
  });
});
