export type ParameterValue = string | number | bigint | boolean | null | readonly ParameterValue[];

/** Values for the `{name:Type}` places of a statement. Arrays bind to Array types, null to Nullable ones. */
export type QueryParameters = Readonly<Record<string, ParameterValue>>;

/**
 * A statement preceded by `SET param_…` for each of its values. What the engine then does is what it does with parameters
 * that come with a request: it parses the value by its type, where the place is, never as SQL.
 *
 * The embedded engine's own way to pass parameters is not safe beside another query, so its driver lets parameterized
 * queries run one at a time in the whole process. Parameters set this way belong to the session and run side by side.
 *
 * @throws Error when a place has no value: the session may still hold one that somebody else's query left
 */
export function bindParameters(sql: string, parameters: QueryParameters): string {
  return `${parameterSettings(sql, parameters)} ${sql}`;
}

/**
 * A statement for a server with the parameters that go into the address of the request, as far as there is room: proxies
 * refuse long ones. The others, the longest, become literals of their type, with every byte escaped that could end one.
 * (A form would hold them as well, but servers bound its fields at 128 KiB, which are not enough for a long list.)
 *
 * @throws Error when a place has no value
 */
export function fitParameters(sql: string, parameters: QueryParameters): { sql: string; parameters: QueryParameters } {
  checkPlaces(sql, parameters);
  const texts = Object.entries(parameters).map(([name, value]) => ({
    name: checked(name),
    value,
    text: plainText(value),
  }));
  const inAddress: Record<string, ParameterValue> = {};
  let room = ADDRESS_BYTES;
  let fitted = sql;
  for (const { name, value, text } of texts.sort((one, other) => one.text.length - other.text.length)) {
    room -= new URLSearchParams([[name, text]]).toString().length;
    if (room >= 0) inAddress[name] = value;
    else
      fitted = fitted.replaceAll(
        new RegExp(`\\{\\s*${name}\\s*:([^}]*)\\}`, 'g'),
        (_, type: string) => `CAST(${quoted(text)} AS ${type.trim()})`,
      );
  }
  return { sql: fitted, parameters: inAddress };
}

const ADDRESS_BYTES = 4096;

/** What the engine casts to the value's type. */
function plainText(value: ParameterValue): string {
  return typeof value === 'string' ? value : valueText(value);
}

/** What `bindParameters` puts before a statement, for those that are not given to the engine together with others. */
export function parameterSettings(sql: string, parameters: QueryParameters): string {
  checkPlaces(sql, parameters);
  const settings = Object.entries(parameters).map(([name, value]) => `SET param_${checked(name)} = ${literal(value)};`);
  return [LONG_STATEMENTS, ...settings].join(' ');
}

/** A list of thousands of ids is a long literal. Requests are bounded before they come here. */
const LONG_STATEMENTS = `SET max_query_size = ${2 ** 28};`;

function checkPlaces(sql: string, parameters: QueryParameters): void {
  for (const [, name = ''] of sql.matchAll(PLACE)) {
    if (!Object.hasOwn(parameters, name)) throw new Error(`no value for parameter ${name}`);
  }
}

const PLACE = /\{\s*([A-Za-z_]\w*)\s*:/g;

function checked(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`unsafe parameter name ${JSON.stringify(name)}`);
  return name;
}

function literal(value: ParameterValue): string {
  return quoted(value === null ? '\\N' : valueText(value));
}

/** A string literal in which every byte but letters, digits and some plain signs is escaped: nothing in it can end it. */
function quoted(value: string): string {
  let text = '';
  for (const byte of Buffer.from(value)) {
    text += PLAIN.has(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `'${text}'`;
}

/** What the engine parses as the value's type: the text of a field in its TabSeparated format. */
function valueText(value: ParameterValue): string {
  if (typeof value === 'string') return escaped(value);
  if (Array.isArray(value)) return `[${value.map(itemText).join(',')}]`;
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

function itemText(value: ParameterValue): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${escaped(value)}'` : valueText(value);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return text.replaceAll(/[\\'\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

const PLAIN = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,.:_-[]'));
