import { type Batch, findKnownRanges, listBatches, openBatch } from '../control/ledger.ts';
import { LOAD_SETTINGS } from '../events/load-batch.ts';
import type { Format, Frame, Framer } from '../formats/format.ts';
import { byteOrderMarkLength } from '../formats/framing/lines.ts';
import { addReceipt, emptyReceipt, type Receipt } from '../model/receipt.ts';
import type { Damage } from './damage.ts';
import { chooseFormat } from './detect-format.ts';
import { BATCH_BYTES, type Ingest, LEASE_MS } from './ingest.ts';
import { Input } from './input.ts';
import { loadWith } from './loaded-with.ts';
import { Loads } from './loads.ts';
import { oversizeFrame } from './oversize.ts';
import { Prefix } from './prefix.ts';
import { recordsPath, removeSpool, spoolOf, writeSpool } from './spool.ts';
import { unpack } from './unpack.ts';

export interface ImportRequest {
  readonly organizationId: number;
  readonly importId: string;
  /** As the caller names the input; folders in it may tell its format. */
  readonly path: string;
  readonly source: AsyncIterable<Buffer>;
  /** Format or format/variant; recognised where absent. */
  readonly formatName?: string;
  /** IANA zone of times logged without one. */
  readonly timezone: string;
  readonly onProgress?: (progress: { readonly bytes: number; readonly records: number }) => void;
}

export interface ImportOutcome {
  readonly receipt: Receipt;
  /** Null for an input without any byte. */
  readonly format: string | null;
  readonly damage: Damage | undefined;
  /** Batches of the input that are not in the event store, of this import or an earlier one of the same bytes. */
  readonly batchesSetAside: readonly SetAsideBatch[];
}

/** A batch that the event store could not take; its bytes are kept. */
export interface SetAsideBatch {
  readonly batch: number;
  readonly received: number;
  readonly reason: string | null;
}

const SPECIMEN_BYTES = 65_536;

/** A frame is no longer than this unless its first record is: the engine holds many times the bytes of a batch while it loads it. */
const USUAL_FRAME_BYTES = BATCH_BYTES / 4;

/**
 * Reads one input to its end: unpack → frame → spool and ledger → event store. When this returns, every record is stored,
 * rejected, ignored or known to be a duplicate, and counted. When it throws, everything before is kept and known: the same
 * input again goes on from there.
 */
export async function importInput(ingest: Ingest, request: ImportRequest): Promise<ImportOutcome> {
  const unpacked = unpack(request.source);
  const input = new Input(unpacked.chunks);
  const first = await input.window(SPECIMEN_BYTES);
  const head = Buffer.from(first.subarray(byteOrderMarkLength(first), SPECIMEN_BYTES));
  if (head.length === 0)
    return { receipt: emptyReceipt(), format: null, damage: unpacked.damage(), batchesSetAside: [] };
  const specimen = { path: request.path, head };
  const { format, variant } = chooseFormat(ingest.formats, specimen, request.formatName);
  const framer = format.createFramer(variant === undefined ? specimen : { ...specimen, variant });
  const run = new ImportRun(ingest, request, format, framer);
  await run.readAll(input);
  const receipt = await run.finish();
  return { receipt, format: format.name, damage: unpacked.damage(), batchesSetAside: await run.batchesSetAside() };
}

class ImportRun {
  readonly #ingest: Ingest;
  readonly #request: ImportRequest;
  readonly #format: Format;
  readonly #framer: Framer;
  readonly #prefix: Prefix;
  readonly #loads: Loads;
  readonly #receipt = emptyReceipt();
  readonly #setAsideBefore: Batch[] = [];
  #line = 1;

  constructor(ingest: Ingest, request: ImportRequest, format: Format, framer: Framer) {
    this.#ingest = ingest;
    this.#request = request;
    this.#format = format;
    this.#framer = framer;
    this.#prefix = new Prefix(request.organizationId, format.name);
    this.#loads = new Loads(ingest);
  }

  async readAll(input: Input): Promise<void> {
    try {
      for (let window = await input.window(BATCH_BYTES); window.length > 0; window = await input.window(BATCH_BYTES)) {
        const batchWindow = window.subarray(0, BATCH_BYTES);
        const atEnd = input.ended && batchWindow.length === window.length;
        const taken = (await this.#skipKnown(batchWindow, atEnd)) || (await this.#take(batchWindow, atEnd));
        input.take(taken);
        this.#request.onProgress?.({ bytes: this.#prefix.offset, records: this.#receipt.received });
      }
    } catch (error) {
      // What was acknowledged to the ledger is loaded before the fault is told.
      await this.#loads.settle().catch(() => undefined);
      throw error;
    }
  }

  async finish(): Promise<Receipt> {
    for (const counts of await this.#loads.settle()) {
      const { received, stored, rejected, ignored } = counts;
      addReceipt(this.#receipt, { stored, rejected, ignored, setAside: received - stored - rejected - ignored });
    }
    return this.#receipt;
  }

  async batchesSetAside(): Promise<SetAsideBatch[]> {
    if (this.#receipt.setAside === 0) return [];
    const { importId } = this.#request;
    const own = await listBatches(this.#ingest.control.db, { importId, state: 'set_aside' });
    const all = new Map([...this.#setAsideBefore, ...own].map((batch) => [batch.seq, batch]));
    return [...all.values()].map(({ seq, received, reason }) => ({ batch: seq, received, reason }));
  }

  /** Bytes at the front of the window that an earlier import brought, 0 where there are none. */
  async #skipKnown(window: Buffer, atEnd: boolean): Promise<number> {
    const known = await findKnownRanges(this.#ingest.control.db, {
      organizationId: this.#request.organizationId,
      format: this.#format.name,
      startHash: this.#prefix.hash(),
    });
    const match = known.find((batch) => this.#prefix.matches(window, atEnd, batch));
    if (match === undefined) return 0;
    const bytes = window.subarray(0, match.endOffset - this.#prefix.offset);
    const passed = (await this.#isOutOfReach(match)) ? await this.#bringBack(bytes, match) : 0;
    this.#passFramer(bytes.subarray(passed), atEnd && bytes.length === window.length);
    addReceipt(this.#receipt, { received: match.received, duplicate: match.received });
    this.#advance(bytes, match.lines);
    return bytes.length;
  }

  async #isOutOfReach(batch: Batch): Promise<boolean> {
    return batch.state === 'open' && (await spoolOf(this.#ingest.spool, batch)) === undefined;
  }

  /**
   * Puts the records of a batch that waits for another process into this one's spool: that process may be gone with its disk, and
   * these be the only bytes left. Answers how many bytes the framer has seen.
   */
  async #bringBack(bytes: Buffer, { token, received, variant, firstLine }: Batch): Promise<number> {
    const frame = this.#cut(bytes, true);
    const isWhole = frame.consumed === bytes.length && frame.records + frame.faults.length === received;
    if (isWhole && frame.variant === variant) await writeSpool(this.#ingest.spool, token, { ...frame, firstLine });
    return frame.consumed;
  }

  /** The framer must see skipped bytes too: a header in them governs what follows. */
  #passFramer(bytes: Buffer, atEnd: boolean): void {
    if (bytes.length === 0) return;
    let rest = bytes;
    for (let frame = this.#framer.cut(rest, atEnd); frame.consumed > 0; frame = this.#framer.cut(rest, atEnd)) {
      rest = rest.subarray(frame.consumed);
      if (rest.length === 0) return;
    }
    this.#framer.cut(rest, true);
  }

  async #take(window: Buffer, atEnd: boolean): Promise<number> {
    const cut = this.#cut(window, atEnd);
    const frame = cut.consumed > 0 ? cut : oversizeFrame(window, cut);
    const received = frame.records + frame.faults.length;
    if (received > 0) await this.#openBatch(window.subarray(0, frame.consumed), frame, received);
    else this.#advance(window.subarray(0, frame.consumed), frame.lineCount);
    return frame.consumed;
  }

  /**
   * Whole records as long as there are any. What an input ends in midway is a batch of its own, so that the records before
   * it stay known when the input has grown.
   */
  #cut(window: Buffer, atEnd: boolean): Frame {
    if (window.length > USUAL_FRAME_BYTES) {
      const usual = this.#framer.cut(window.subarray(0, USUAL_FRAME_BYTES), false);
      if (usual.consumed > 0) return usual;
    }
    const whole = this.#framer.cut(window, false);
    return whole.consumed === 0 && atEnd ? this.#framer.cut(window, true) : whole;
  }

  async #openBatch(bytes: Buffer, frame: Frame, received: number): Promise<void> {
    await this.#loads.room();
    const start = { startHash: this.#prefix.hash(), startOffset: this.#prefix.offset, firstLine: this.#line };
    this.#advance(bytes, frame.lineCount);
    addReceipt(this.#receipt, { received });
    const token = this.#prefix.token(start.startOffset);
    await writeSpool(this.#ingest.spool, token, { ...frame, firstLine: start.firstLine });
    const { batch, isNew } = await openBatch(this.#ingest.control.db, {
      ...start,
      organizationId: this.#request.organizationId,
      importId: this.#request.importId,
      format: this.#format.name,
      variant: frame.variant,
      token,
      endOffset: this.#prefix.offset,
      endHash: this.#prefix.hash(),
      lines: frame.lineCount,
      received,
      context: frame.context,
      timezone: this.#request.timezone,
      settings: loadWith(this.#ingest, LOAD_SETTINGS),
      spoolPath: recordsPath(this.#ingest.spool, token),
      owner: this.#ingest.owner,
      leaseMs: LEASE_MS,
    });
    if (isNew) this.#loads.start(batch);
    else await this.#countKnown(batch);
  }

  /** Another import brought the same batch in the meantime, or an earlier one did and the engine refused it. */
  async #countKnown(batch: Batch): Promise<void> {
    const { token, state, received } = batch;
    if (state === 'committed') await removeSpool(this.#ingest.spool, token);
    if (state === 'set_aside') this.#setAsideBefore.push(batch);
    addReceipt(this.#receipt, state === 'set_aside' ? { setAside: received } : { duplicate: received });
  }

  #advance(bytes: Buffer, lines: number): void {
    this.#prefix.add(bytes);
    this.#line += lines;
  }
}
