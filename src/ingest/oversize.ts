import type { Frame } from '../formats/format.ts';
import { BATCH_BYTES } from './ingest.ts';

/** How much of a record that is too long is kept with its reject. */
const KEPT_BYTES = 2 ** 20;

/**
 * A frame for a window in which no record ends: the record is longer than a batch may be. The window is refused as one
 * record; what follows it up to the next record boundary is the framer's to judge.
 */
export function oversizeFrame(window: Buffer, { variant, context }: Frame): Frame {
  const reason = `the record is longer than ${BATCH_BYTES / 2 ** 20} MB; its first megabyte is kept`;
  return {
    consumed: window.length,
    lines: [],
    lineCount: 0,
    records: 0,
    variant,
    context,
    faults: [{ line: 0, reason, bytes: window.subarray(0, KEPT_BYTES) }],
  };
}
