import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../model/errors.ts';
import { readFilter } from './filter.ts';
import { instant, secondsAgo, text, texts } from './operands.ts';

const FIELDS = {
  start_timestamp: { $gte: instant, $lt: instant, $eq: secondsAgo },
  category: { $in: texts },
  'primary_entity.type': { $eq: text, $in: texts },
  name: { $contains: text },
} as const;

function faultsOf(filter: string): string[] {
  try {
    readFilter(FIELDS, filter);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_request') return error.faults.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('a filter', () => {
  test('of nothing is none', () => {
    for (const nothing of [
      undefined,
      '',
      '  ',
      '{}',
      '{"category":null}',
      '{"category":{"$in":null}}',
      '{"name":{}}',
    ]) {
      expect(readFilter(FIELDS, nothing), nothing).toEqual({ conditions: {}, applied: '' });
    }
  });

  test('is read by field and operator, and said again without blanks', () => {
    const { conditions, applied } = readFilter(
      FIELDS,
      ' {"category": {"$in": ["a", "b"]},\n "start_timestamp": {"$gte": "2026-01-15T14:00:00.250+02:00"}} ',
    );
    expect(conditions).toEqual({
      category: { $in: ['a', 'b'] },
      start_timestamp: { $gte: Date.parse('2026-01-15T12:00:00.250Z') },
    });
    expect(applied).toBe('{"category":{"$in":["a","b"]},"start_timestamp":{"$gte":"2026-01-15T14:00:00.250+02:00"}}');
  });

  test('takes operators without their sign', () => {
    const { conditions, applied } = readFilter(FIELDS, '{"primary_entity.type":{"eq":"a","in":["a"]}}');
    expect(conditions['primary_entity.type']).toEqual({ $eq: 'a', $in: ['a'] });
    expect(applied).toBe('{"primary_entity.type":{"$eq":"a","$in":["a"]}}');
  });

  test('counts a relative time alone, and does not read the bounds beside it', () => {
    for (const seconds of ['86400', '"86400"']) {
      const filter = `{"start_timestamp":{"$gte":"nonsense","$eq":${seconds},"$lt":7}}`;
      expect(readFilter(FIELDS, filter).conditions).toEqual({ start_timestamp: { $eq: 86_400 } });
    }
  });

  test.each([
    ['category', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['"x"', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{"colour":{"$eq":"red"}}', 'no field colour'],
    ['{"toString":{"$eq":"red"}}', 'no field toString'],
    ['{"category":"policy"}', 'category must be an object'],
    ['{"category":["policy"]}', 'category must be an object'],
    ['{"category":{"$eq":"policy"}}', 'category has no operator $eq; it has $in'],
    ['{"category":{"constructor":"policy"}}', 'no operator constructor'],
    ['{"category":{"$in":"policy"}}', 'category $in must be an array of texts'],
    ['{"category":{"$in":[1]}}', 'category $in must be an array of texts'],
    ['{"category":{"$in":[null]}}', 'category $in must be an array of texts'],
    ['{"category":{"$in":["a"],"in":["b"]}}', 'operator $in twice'],
    ['{"name":{"$contains":7}}', 'name $contains must be a text'],
    ['{"start_timestamp":{"$gte":1700000000}}', 'start_timestamp $gte must be an RFC 3339 timestamp'],
    ['{"start_timestamp":{"$gte":"2026-02-30T00:00:00Z"}}', 'start_timestamp $gte must be'],
    ['{"start_timestamp":{"$eq":0}}', 'start_timestamp $eq must be a number of seconds'],
    ['{"start_timestamp":{"$eq":1.5}}', 'start_timestamp $eq must be'],
    ['{"start_timestamp":{"$eq":"2026-01-01T00:00:00Z"}}', 'start_timestamp $eq must be'],
  ])('is refused with what is wrong: %s', (filter, message) => {
    expect(faultsOf(filter).join('\n')).toContain(message);
  });

  test('is told all that is wrong with it, up to five faults', () => {
    const twice = faultsOf('{"a":{"$eq":1},"category":{"$in":0}}');
    expect(twice).toHaveLength(2);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, {}]));
    expect(faultsOf(JSON.stringify(many))).toHaveLength(5);
  });

  test('is read or refused, whatever it is; what is read reads again as the same', () => {
    const operand = fc.oneof(
      fc.string(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.integer(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.jsonValue(),
    );
    const operators = fc.dictionary(
      fc.constantFrom('$eq', '$in', '$gte', '$lt', '$contains', 'in', 'eq', '$ne', ''),
      operand,
      { maxKeys: 3 },
    );
    const filters = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(FIELDS)), fc.string()),
      fc.oneof(operators, operand),
      { maxKeys: 4 },
    );
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          filters.map((filter) => JSON.stringify(filter)),
          fc.string(),
        ),
        (filter) => {
          if (faultsOf(filter).length > 0) return;
          accepted += 1;
          const { conditions, applied } = readFilter(FIELDS, filter);
          const again = readFilter(FIELDS, applied);
          expect(again.applied).toBe(applied);
          expect(again.conditions).toEqual(conditions);
          for (const [field, given] of Object.entries(conditions)) {
            const known = Object.keys(FIELDS[field as keyof typeof FIELDS]);
            expect(known).toEqual(expect.arrayContaining(Object.keys(given ?? {})));
          }
        },
      ),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
