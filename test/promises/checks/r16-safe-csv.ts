import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from '../../../src/events/write-file.ts';
import { csvRow } from '../../../src/kit/csv-row.ts';
import { type Random, seededRandom } from '../../../src/kit/random.ts';
import { parseCsv } from '../../report-flow.ts';
import { openTestEvents } from '../../test-events.ts';
import { atScale, type PromiseRun, type PublicPromise } from '../promise.ts';

const SIGNS = ['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20', '\ufe66', '\ufe62', '\ufe63', '\ufe6b'];
const UNSEEN = [' ', '\t', '\r', '\n', '"', '\0', '\u00a0', '\u00ad', '\u2003', '\u200b', '\u2060', '\u202e', '\ufeff'];
const BEFORE = ['', '', 'a;', 'a\t', 'a\n', 'a\r\n', '1; ', 'x;y;'];
const AFTER = ['1', "cmd|' /C calc'!A0", 'HYPERLINK("http://a.example","b")', 'SUM(1,2)', '', '1;=2\n@x'];

export const csvIsSafe: PublicPromise = {
  id: 'R16',
  claim: 'CSV files hold no formulas',
  figure: 'every cell of a corpus of formula beginnings is neutralised',
  async check(run) {
    const random = seededRandom('formulas');
    const corpus = Array.from({ length: atScale(run, { share: 2_000, full: 200_000 }) }, () => formula(random));
    const byEngine = await writtenByEngine(run, corpus);
    const byRow = cellsOf([csvRow(['cell']), ...corpus.map((cell) => csvRow([cell]))].join(''));
    const runs = [byEngine, byRow].map((cells) => cells.filter(isFormula).length);
    const areAllThere = byEngine.length === corpus.length && byRow.length === corpus.length;
    return {
      kept: areAllThere && runs.every((count) => count === 0) && corpus.every(isFormula),
      measured: `${corpus.length.toLocaleString('en')} formulas: of ${byEngine.length.toLocaleString('en')} cells in files that the event engine writes ${runs[0]} are formulas, of ${byRow.length.toLocaleString('en')} in rows written here ${runs[1]}; every CSV file of Belfry is written by one of the two`,
    };
  },
};

function formula(random: Random): string {
  const unseen = Array.from({ length: random.int(4) }, () => random.pick(UNSEEN)).join('');
  return random.pick(BEFORE) + unseen + random.pick(SIGNS) + random.pick(AFTER);
}

const CELLS_A_STATEMENT = 5_000;

async function writtenByEngine(run: PromiseRun, corpus: readonly string[]): Promise<string[]> {
  const path = join(run.directory, 'cells.csv');
  const events = await openTestEvents(join(run.directory, 'events'));
  const written: string[] = [];
  try {
    for (let from = 0; from < corpus.length; from += CELLS_A_STATEMENT) {
      const cells = corpus.slice(from, from + CELLS_A_STATEMENT);
      const sql = 'SELECT cell FROM (SELECT arrayJoin({cells:Array(String)}) AS cell)';
      const columns = [{ name: 'cell', sql: 'cell', kind: 'text' }] as const;
      await writeFile(events, { columns, source: { sql, parameters: { cells } }, order: 'cell' }, { path });
      written.push(...cellsOf(await readFile(path, 'utf8')));
    }
  } finally {
    await events.close();
  }
  return written;
}

const cellsOf = (file: string) => parseCsv(file).map(({ cell = '' }) => cell);

/** As a reader sees it that takes semicolons, tabs and line ends for separators, shows no invisible characters, and knows wide and small signs. */
function isFormula(cell: string): boolean {
  const parts = [cell, ...cell.split(/[;\t\r\n]/)];
  if (/^[\t\r]/.test(cell)) return true;
  return parts.some((part) => /^[=+\-@]/.test(part.normalize('NFKC').replace(/^[\p{C}\p{Z}\s"]+/u, '')));
}
