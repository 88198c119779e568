import { type Batch, listBatches } from '../../../src/control/ledger.ts';
import { FORMATS } from '../../../src/formats/registry.ts';
import { type Random, seededRandom } from '../../../src/kit/random.ts';
import { addReceipt, emptyReceipt, type Receipt } from '../../../src/model/receipt.ts';
import { type IngestHarness, openIngestHarness } from '../../ingest-harness.ts';
import { isBlank, type LineSource, lineSources, mutatedLine } from '../mutated-lines.ts';
import { atScale, type PublicPromise } from '../promise.ts';

const LINES_AN_INPUT = 2_000;

export const noLineDisappears: PublicPromise = {
  id: 'R4',
  claim: 'No line disappears',
  figure:
    '1,000,000 mutated lines: stored + rejected + ignored + duplicate = sent; every reject with reason, place and bytes; no crash',
  missing:
    'the place of an object after a line that holds several: objects are numbered as if each had a line of its own, and are compared in their order',
  async check(run) {
    const longest = atScale(run, { share: 2 ** 20, full: 10 * 2 ** 20 });
    const sources = lineSources();
    const lines = Math.ceil(atScale(run, { share: 1_200, full: 1_000_000 }) / sources.length);
    const harness = await openIngestHarness(FORMATS);
    const accounts = new Accounts(harness);
    try {
      for (const source of sources) {
        const random = seededRandom(`mutated lines of ${source.format}`);
        for (let done = 0; done < lines; done += LINES_AN_INPUT)
          await accounts.send(source, inputOf(source, random, Math.min(LINES_AN_INPUT, lines - done), longest));

        run.log(`${source.format}: ${accounts.lines} lines sent, ${accounts.faults.length} faults`);
      }
    } finally {
      await harness.close();
    }
    return accounts.outcome();
  },
};

/** One input, line by line, without line ends. Its first record is the undamaged first sample: it tells what the others are. */
function inputOf(source: LineSource, random: Random, lines: number, longest: number): Buffer[] {
  const mutated = Array.from({ length: lines - 1 }, () => mutatedLine(source, random, longest));
  return [...source.head, ...source.samples.slice(0, 1), ...mutated];
}

/** What was sent, what became of it, and where the two differ. */
class Accounts {
  readonly #harness: IngestHarness;
  readonly #total = emptyReceipt();
  readonly faults: string[] = [];
  lines = 0;
  #lastSeq = 0;

  constructor(harness: IngestHarness) {
    this.#harness = harness;
  }

  async send({ format, head, isByLine }: LineSource, input: readonly Buffer[]): Promise<void> {
    const name = `${format} ${this.lines}`;
    const bytes = Buffer.concat(input.flatMap((line) => [line, Buffer.from('\n')]));
    const { receipt } = await this.#harness.import(name, bytes, { formatName: format });
    const batches = (await listBatches(this.#harness.control.db, {})).filter(({ seq }) => seq > this.#lastSeq);
    this.faults.push(
      ...receiptFaults(receipt).map((fault) => `${name}: ${fault}`),
      ...uncoveredFaults(input, head.length, batches).map((fault) => `${name}: ${fault}`),
      ...(await this.#rejectFaults(input, isByLine)).map((fault) => `${name}: ${fault}`),
    );
    this.#lastSeq = batches.at(-1)?.seq ?? this.#lastSeq;
    this.lines += input.length - head.length;
    addReceipt(this.#total, receipt);
  }

  outcome() {
    const { received, stored, rejected, ignored, duplicate, setAside } = this.#total;
    const seen = this.faults.length === 0 ? 'all accounted for' : this.faults.slice(0, 3).join('; ');
    return {
      kept: this.faults.length === 0,
      measured: `${this.lines} lines of ${FORMATS.length} formats in ${received} records: ${stored} stored, ${rejected} rejected, ${ignored} ignored, ${duplicate} duplicate, ${setAside} set aside; ${seen}`,
    };
  }

  async #rejectFaults(input: readonly Buffer[], isByLine: boolean): Promise<string[]> {
    const rejects = await this.#harness.events.query<{ line: number; reason: string; raw: string }>(
      'SELECT line, toString(reason) AS reason, base64Encode(raw) AS raw FROM rejects WHERE seq > {seq:UInt64} ORDER BY seq, line',
      { seq: this.#lastSeq },
    );
    const blank = rejects.filter(({ reason }) => reason === '').map(({ line }) => `line ${line} has no reason`);
    const places = isByLine ? placesByLine(input) : placesInOrder(input);
    const astray = rejects.filter(({ line, raw }) => !places(Buffer.from(raw, 'base64'), line));
    return [...blank, ...astray.map(({ line, reason }) => `line ${line} (${reason}) is not kept as it was sent`)];
  }
}

function receiptFaults(receipt: Receipt): string[] {
  const { received, stored, rejected, ignored, duplicate, setAside } = receipt;
  const accounted = stored + rejected + ignored + duplicate;
  if (setAside > 0) return [`${setAside} records set aside`];
  return received === accounted ? [] : [`${received} received, ${accounted} accounted for`];
}

/** Every line is in the range of a batch; what is in none is a header or blank. */
function uncoveredFaults(input: readonly Buffer[], head: number, batches: readonly Batch[]): string[] {
  const isCovered = (line: number) =>
    batches.some(({ firstLine, lines }) => line >= firstLine && line < firstLine + lines);
  return input.flatMap((line, index) =>
    index < head || isCovered(index + 1) || isBlank(line) ? [] : [`line ${index + 1} is in no batch`],
  );
}

/** Whether a reject is what was sent at its line. */
type Place = (kept: Buffer, line: number) => boolean;

const BOM_BYTES = 3;
/** The most that a mask, or a sign for bytes that are no text, takes the place of: a secret with the longest text that is often inserted. */
const MASKED_BYTES = 4_000;

function placesByLine(input: readonly Buffer[]): Place {
  const lines = input.map(withoutBlanks);
  return (kept, line) => {
    // A quote may join several lines to one record.
    let sent = '';
    for (let at = line - 1; at < lines.length && sent.length < kept.length + MASKED_BYTES; at += 1) sent += lines[at];
    const found = find(kept, sent, 0);
    return found !== undefined && found.start <= BOM_BYTES;
  };
}

/** Objects have numbers as if each had a line of its own: that they are there, each once and in their order, is what can be compared. */
function placesInOrder(input: readonly Buffer[]): Place {
  const sent = withoutBlanks(Buffer.concat(input));
  let end = 0;
  return (kept) => {
    const found = find(kept, sent, end);
    end = found?.end ?? end;
    return found !== undefined;
  };
}

/** Where a reject is in what was sent. Secrets in it are masked, in quotes that they may not have had, and bytes that are no text may be replaced. */
function find(kept: Buffer, sent: string, from: number): { start: number; end: number } | undefined {
  const [first = '', ...others] = withoutBlanks(kept).split(/"?\*\*\*"?|\u00ef\u00bf\u00bd/);
  for (let start = sent.indexOf(first, from); start !== -1; start = sent.indexOf(first, start + 1)) {
    const end = endOf(others, sent, start + first.length);
    if (end !== undefined) return { start, end };
    if (start === sent.length) break;
  }
  return undefined;
}

/** Where the last of the pieces ends, each of which follows the one before it; undefined where one does not follow. */
function endOf(pieces: readonly string[], sent: string, from: number): number | undefined {
  let end = from;
  for (const piece of pieces) {
    const at = sent.slice(end, end + MASKED_BYTES + piece.length).indexOf(piece);
    if (at === -1) return undefined;
    end += at + piece.length;
  }
  return end;
}

/** Objects may come without the blanks around them. */
const withoutBlanks = (bytes: Buffer) => bytes.toString('latin1').replace(/\s/g, '');
