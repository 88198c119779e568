import type { Recognition, Specimen } from '../format.ts';
import { knownColumns, namesOf, normalName, type Table, tableNamed, tableOfPath } from '../umbrella-csv/tables.ts';

/** The folder in a type key says it, then the folder in the path; keys alone are enough where only one table has them. */
export function recogniseJson({ path, head }: Specimen): Recognition | undefined {
  const object = firstObject(head);
  if (object === undefined) return undefined;
  const names = new Set(Object.keys(object).map(normalName));
  const named = tableNamed(typeOf(object));
  if (named !== undefined) return { confidence: 95, variant: named.name };
  if (!names.has('timestamp') && !names.has('time')) return undefined;
  const ofPath = tableOfPath(path);
  if (ofPath !== undefined && shareOf(ofPath, names) >= 0.5) return { confidence: 92, variant: ofPath.name };
  const possible = Object.entries(MARKS).filter(([, marks]) =>
    marks.every((choice) => choice.some((key) => names.has(key))),
  );
  const [only] = possible;
  return only === undefined || possible.length > 1 ? undefined : { confidence: 90, variant: only[0] };
}

function typeOf(object: Readonly<Record<string, unknown>>): string {
  const entry = Object.entries(object).find(([key]) =>
    ['eventtype', 'recordtype', 'logtype'].includes(normalName(key)),
  );
  return String(entry?.[1] ?? '').toLowerCase();
}

function shareOf(table: Table, names: ReadonlySet<string>): number {
  const known = knownColumns(table).flatMap((column) => namesOf(table, column));
  return known.filter((name) => names.has(name)).length / Math.max(1, names.size);
}

/** Keys, one of each group, that only objects of this table have together. */
const MARKS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  dnslogs: [['action'], ['internalip', 'externalip'], ['responsecode', 'querytype'], ['domain']],
  proxylogs: [
    ['action'],
    ['url'],
    ['internalip', 'internalclientip', 'externalip', 'externalclientip'],
    ['statuscode', 'useragent', 'contenttype'],
  ],
  firewalllogs: [['action'], ['originids', 'originid'], ['sourceip'], ['destinationip'], ['datacenter', 'ruleid']],
  intrusionlogs: [['signatureid'], ['signaturelistid'], ['generatorid']],
  auditlogs: [['email'], ['user'], ['action'], ['loggedinfrom'], ['before', 'after']],
};

/** Closing braces that may end the first object; rows of the export are flat. */
const MAX_TRIES = 100;

/** The first object of NDJSON, of an array or of pretty-printed text; undefined where there is none or it is cut off. */
function firstObject(head: Buffer): Record<string, unknown> | undefined {
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const start = /^[\s[]*\{/.exec(text)?.[0].length;
  if (start === undefined) return undefined;
  let tries = 0;
  for (let end = text.indexOf('}', start); end !== -1 && tries < MAX_TRIES; end = text.indexOf('}', end + 1)) {
    tries += 1;
    const object = parsed(text.slice(start - 1, end + 1));
    if (object !== undefined) return object;
  }
  return undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
