import { badInput } from '../../model/errors.ts';
import type { Format, Framer, Specimen } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { isOneALine } from '../framing/json-objects.ts';
import { createLineFramer } from '../framing/lines.ts';
import { JSON_OBJECTS, TSV } from './containers.ts';
import { isLogName, logOfPath } from './log-names.ts';
import { LOGS } from './logs.ts';
import { recordMapping } from './mapping.ts';
import { hasFields, isTsv, recognise } from './recognise.ts';
import { createTsvFramer } from './tsv-framer.ts';

/** Logs of Zeek (once Bro), as columns under a header and as JSON objects. See README.md for what goes where. */
export const zeek: Format = {
  name: 'zeek',
  title: 'Zeek logs (TSV and JSON)',
  recognise,
  createFramer,
  variants: { tsv: recordMapping(TSV), json: recordMapping(JSON_OBJECTS) },
};

function createFramer(input: Specimen & { readonly variant?: string }): Framer {
  const { head, path, variant } = input;
  if (variant !== undefined && !isLogName(variant))
    throw badInput('format', variant, `zeek/${variant} names no Zeek log`);
  const log = variant ?? recognise(input)?.variant ?? logOfPath(path);
  if (isTsv(head)) return createTsvFramer(headed(input, log));
  const isJson = /^[\s\uFEFF]*[{[]/.test(head.toString('utf8', 0, 256));
  if (!isJson && head.length > 0) {
    throw badInput(
      path,
      undefined,
      'a Zeek log begins with a header (#separator, #fields) or is JSON: there is no #fields line',
    );
  }
  if (log === undefined && head.length > 0) throw unknownLog(path);
  const options = { variant: 'json', context: log ?? '' };
  return isOneALine(head) ? createLineFramer({ ...options, splitObjects: true }) : createJsonFramer(options);
}

function headed({ head, path }: Specimen, log: string | undefined): string {
  if (!hasFields(head)) throw badInput(path, undefined, 'the header of this Zeek log has no #fields line');
  if (log === undefined && !/^#path./m.test(head.toString('utf8'))) {
    throw badInput(path, undefined, `the header of this Zeek log has no #path line; ${SAY_WHICH}`);
  }
  return log ?? '';
}

const SAY_WHICH = `say which log it is as zeek/LOG, such as ${Object.keys(LOGS).join(', ')}`;

function unknownLog(path: string): Error {
  return badInput(path, undefined, `neither the records nor the file name tell which Zeek log this is; ${SAY_WHICH}`);
}
