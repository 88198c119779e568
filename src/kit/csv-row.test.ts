import { describe, expect, it } from 'vitest';
import { csvRow } from './csv-row.ts';

describe('a row of CSV', () => {
  it('quotes what would be read as structure, and nothing else', () => {
    const row = csvRow(['plain', 'a,b', 'say "hi"', 'two\nlines', '', ' blank ', "o'clock"]);
    expect(row).toBe('plain,"a,b","say ""hi""","two\nlines",, blank ,o\'clock\r\n');
  });

  it.each([
    ['=1+2', "'=1+2"],
    ['+49', "'+49"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r=1', '"\'\r\'=1"'],
    ['=HYPERLINK("http://a.example","x")', '"\'=HYPERLINK(""http://a.example"",""x"")"'],
    ['1=2', '1=2'],
  ])('takes the formula out of %j', (cell, expected) => {
    expect(csvRow([cell])).toBe(`${expected}\r\n`);
  });

  it('writes numbers and truth as they are, lists with blanks between', () => {
    expect(csvRow([7, -1, true, ['a@b.example', '=x'], [], ['=x', 'y']])).toBe("7,-1,true,a@b.example =x,,'=x y\r\n");
  });
});
