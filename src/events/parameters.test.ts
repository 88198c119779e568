import { expect, test } from 'vitest';
import { fitParameters } from './parameters.ts';

test('parameters that fit go beside the statement, which stays as it is', () => {
  const parameters = { org: 7, name: "o'hara", ids: [1, 2] };
  const sql = 'SELECT {org:UInt32}, {name:String}, {ids:Array(UInt64)}';
  expect(fitParameters(sql, parameters)).toEqual({ sql, parameters });
});

test('the longest become literals of their type, in all of their places, and nothing in them can end one', () => {
  const name = `x'); DROP TABLE events; -- \\' {org:UInt32} `.repeat(100);
  const ids = Array.from({ length: 3000 }, (_, id) => id);
  const fitted = fitParameters('SELECT {name:String}, {org:UInt32}, {ids:Array(UInt64)}, { name : String }', {
    name,
    ids,
    org: 7,
  });
  expect(fitted.parameters).toEqual({ org: 7 });
  const words = fitted.sql.replaceAll(/'[^']*'/g, "''");
  expect(words).toBe("SELECT CAST('' AS String), {org:UInt32}, CAST('' AS Array(UInt64)), CAST('' AS String)");
  expect(fitted.sql.match(/'[^']*'/g)?.every((text) => /^'[^{}();]*'$/.test(text))).toBe(true);
});

test('a name that is part of another is not taken for it', () => {
  const long = 'x'.repeat(10_000);
  const fitted = fitParameters('SELECT {a:String}, {ab:String}', { a: long, ab: 'short' });
  expect(fitted).toEqual({ sql: `SELECT CAST('${long}' AS String), {ab:String}`, parameters: { ab: 'short' } });
});

test('a place without a value is refused', () => {
  expect(() => fitParameters('SELECT {org:UInt32}', {})).toThrow('no value for parameter org');
});
