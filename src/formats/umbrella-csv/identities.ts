import { onlyWhere } from '../sql/only-where.ts';
import { field, list, type RecordSql } from './record-sql.ts';

/** What identities become: items for the WITH clause and the two record columns. */
interface IdentitySql {
  readonly with: readonly string[];
  readonly labels: string;
  readonly types: string;
}

/**
 * Identities of a record, the one that the policy matched first, whether it stands in the list or not. A name may be
 * `Last, First (mail)` and so hold a comma, see `splitNamesSql`.
 */
export function identitiesSql(record: RecordSql, policy?: { label: string; type: string }): IdentitySql {
  const label = policy === undefined ? "''" : field(record, policy.label);
  const type = policy === undefined ? "''" : field(record, policy.type);
  const listed = field(record, 'identities');
  const types = field(record, 'identity_types');
  return {
    with: [
      `if(${types} = '', ${type}, ${types}) AS types_text`,
      `${record.listSql('types_text')} AS listed_types`,
      `NOT startsWith(${listed}, '[') AND (position(${listed}, ', ') > 0 OR position(${label}, ',') > 0) AS is_difficult`,
      `if(is_difficult, ${onlyWhere('t', listed, 'is_difficult', splitNamesSql('t', label))}, ${list(record, 'identities')}) AS listed`,
      `arrayConcat(if(${label} = '' OR listed[1] = ${label}, emptyArrayString(), [${label}]), listed) AS named`,
    ],
    labels: 'named',
    types: `multiIf(length(listed_types) = length(named), listed_types,
      length(listed_types) = length(listed), arrayConcat([${type}], listed_types), emptyArrayString())`,
  };
}

/**
 * Array(String): a list of names of which some may hold commas. Where the list begins with the matched identity, that is cut off
 * before the rest is split (section 1.1). Where commas still give another number of parts than there are types, and
 * commas without a blank behind give the right one, those with a blank belong to names.
 */
function splitNamesSql(listed: string, label: string): string {
  const startsWithLabel = `position(${label}, ',') > 0 AND startsWith(concat(${listed}, ','), concat(${label}, ','))`;
  const rest = `if(${startsWithLabel}, substring(${listed}, length(${label}) + 2), ${listed})`;
  const count = `if(${startsWithLabel}, length(listed_types) - 1, length(listed_types))`;
  const parts = `arrayMap(x -> trimBoth(x), splitByChar(',', ${rest}))`;
  const names = `arrayMap(x -> trimBoth(replaceAll(x, '\\x1F', ', ')), splitByChar(',', replaceAll(${rest}, ', ', '\\x1F')))`;
  const best = `arrayFilter(x -> x != '', if(length(${parts}) != ${count} AND length(${names}) = ${count}, ${names}, ${parts}))`;
  return `arrayConcat(if(${startsWithLabel}, [${label}], emptyArrayString()), ${best})`;
}
