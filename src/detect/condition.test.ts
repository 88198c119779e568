import { describe, expect, it } from 'vitest';
import { parseCondition } from './condition.ts';
import type { Expression } from './rule.ts';

const NAMES = ['selection', 'sel_a', 'sel_b', 'filter-main', '_hidden', 'a.b', 'them_too'];
const SELECTIONS = new Map(
  NAMES.map((name): [string, Expression] => [name, { type: 'null', field: { name, line: 1, column: 1 } }]),
);

/** A tree in words, so that expectations can be read. */
function words(expression: Expression): string {
  switch (expression.type) {
    case 'and':
    case 'or':
      return `(${expression.of.map(words).join(` ${expression.type} `)})`;
    case 'not':
      return `!${words(expression.of)}`;
    case 'atLeast':
      return `${expression.count}+[${expression.of.map(words).join(' ')}]`;
    default:
      return expression.field?.name ?? '';
  }
}

const parse = (text: string) => words(parseCondition(text, SELECTIONS, 0));

describe('a condition', () => {
  it.each([
    ['selection', 'selection'],
    ['not selection', '!selection'],
    ['not not selection', '!!selection'],
    ['sel_a or sel_b and selection', '(sel_a or (sel_b and selection))'],
    ['not sel_a and sel_b', '(!sel_a and sel_b)'],
    ['(sel_a or sel_b) and not (selection)', '((sel_a or sel_b) and !selection)'],
    ['sel_a AND NOT sel_b OR selection', '((sel_a and !sel_b) or selection)'],
    ['sel_a and filter-main', '(sel_a and filter-main)'],
    ['1 of sel_*', '(sel_a or sel_b)'],
    ['any of sel_*', '(sel_a or sel_b)'],
    ['all of sel_*', '(sel_a and sel_b)'],
    ['2 of sel*', '2+[selection sel_a sel_b]'],
    ['1 of them', '(selection or sel_a or sel_b or filter-main or a.b or them_too)'],
    ['1 of _*', '(_hidden)'],
    ['_hidden', '_hidden'],
    ['1 of a.b', '(a.b)'],
    ['1 of sel_* and not 1 of filter-*', '((sel_a or sel_b) and !(filter-main))'],
    ['all of sel_*and selection', undefined],
    ['', undefined],
    ['selection and', undefined],
    ['and selection', undefined],
    ['(selection', undefined],
    ['selection)', undefined],
    ['selection sel_a', undefined],
    ['1 of nothing*', undefined],
    ['0 of sel_*', undefined],
    ['1 of', undefined],
    ['not', undefined],
    ['selektion', undefined],
    [`${'('.repeat(5000)}selection`, undefined],
    [`${'not '.repeat(2000)}selection`, undefined],
    ['x'.repeat(20_000), undefined],
  ])('%.60s', (text, tree) => {
    if (tree === undefined) expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'RuleFault' }));
    else expect(parse(text)).toBe(tree);
  });

  it('says at which character it cannot be read on', () => {
    const offsetOf = (text: string) => {
      try {
        parseCondition(text, SELECTIONS, 100);
        return undefined;
      } catch (fault) {
        return (fault as { offset: number }).offset;
      }
    };
    expect(offsetOf('selection and selektion')).toBe(114);
    expect(offsetOf('(selection')).toBe(110);
    expect(offsetOf('1 of nothing*')).toBe(105);
  });
});
