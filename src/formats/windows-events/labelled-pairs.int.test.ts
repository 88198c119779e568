import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { chooseFormat } from '../../ingest/detect-format.ts';
import { FORMATS } from '../registry.ts';
import { windowsEvents } from './index.ts';

const DATA = join(import.meta.dirname, '../../../../shared/data/sigma-regression');
const present = existsSync(DATA);

interface LoggedEvent {
  readonly Event: {
    readonly System: { readonly EventID: number; readonly Channel: string; readonly Computer: string };
    readonly EventData: Readonly<Record<string, string | number | null>>;
  };
}

interface Case {
  readonly name: string;
  readonly category: string;
  readonly text: string;
  readonly events: readonly LoggedEvent[];
}

/** Folders of a rule and the Windows events that it must match, read by other means than ours. */
function cases(): Case[] {
  const folders = readdirSync(DATA, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => {
    const file = readdirSync(join(DATA, name)).find((path) => path.endsWith('.json'));
    if (file === undefined) return [];
    const rule = parse(readFileSync(join(DATA, name, 'rule.yml'), 'utf8')) as { logsource: { category: string } };
    const text = readFileSync(join(DATA, name, file), 'utf8');
    const objects = `[${text.trim().replaceAll(/\n\}\s*\n\{/g, '\n},\n{')}]`;
    return [{ name, category: rule.logsource.category, text, events: JSON.parse(objects) as LoggedEvent[] }];
  });
}

describe.skipIf(!present)(
  `events of ../shared/data/sigma-regression${present ? '' : ' (skipped: the folder is absent)'}`,
  () => {
    const found = present ? cases() : [];
    let harness: FormatHarness;
    beforeAll(async () => {
      harness = await openFormatHarness([windowsEvents]);
    });
    afterAll(() => harness?.close());

    it.each(found)('$name is recognised', ({ text }) => {
      const head = Buffer.from(text).subarray(0, 65_536);
      expect(chooseFormat(FORMATS, { path: 'events.json', head }).format).toBe(windowsEvents);
    });

    it('stores every event under the category of the rule that must match it', async () => {
      const text = found.map((pair) => pair.text).join('\n');
      const { events, rejects } = await harness.read(windowsEvents, 'events.json', text);
      expect(rejects).toEqual([]);
      expect(events.map(({ kind, record_type }) => ({ kind, record_type }))).toEqual(
        found.flatMap((pair) => pair.events.map(() => ({ kind: 'endpoint', record_type: pair.category }))),
      );
    });

    it('keeps every value of every event under its own name, also when all come as one array', async () => {
      const all = found.flatMap(({ events }) => events);
      const { events, counts } = await harness.read(windowsEvents, 'events.json', JSON.stringify(all));
      expect(counts).toEqual({ received: all.length, stored: all.length, rejected: 0, ignored: 0 });
      expect(events.map(({ extra }) => extra)).toMatchObject(
        all.map(({ Event: { System, EventData } }) => ({
          ...textsOf(EventData),
          EventID: String(System.EventID),
          Channel: System.Channel,
          Computer: System.Computer,
          Provider_Name: 'Microsoft-Windows-Sysmon',
        })),
      );
    });
  },
);

function textsOf(data: LoggedEvent['Event']['EventData']): Record<string, string> {
  const texts = Object.entries(data).map(([name, value]) => [name, String(value ?? '')]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}
