import { type FileHandle, open } from 'node:fs/promises';

const MAGIC = 0xfd2fb528;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RUN_LENGTH = 1;
const CHECKSUM_BYTES = 4;

/**
 * Whether a file is one or more zstd frames (RFC 8878, section 3.1.1), each with its end: a file that was cut short is not, wherever
 * the cut is. Content is not unpacked, so that its checksum is not looked at.
 */
export async function isWholeZstd(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let end = 0;
    do {
      const next = await frameEnd(file, end);
      if (next === undefined || next > size) return false;
      end = next;
    } while (end < size);
    return true;
  } finally {
    await file.close();
  }
}

/** Where the frame ends that begins at `start`. */
async function frameEnd(file: FileHandle, start: number): Promise<number | undefined> {
  const header = await bytesAt(file, start, 5);
  if (header?.readUInt32LE() !== MAGIC) return undefined;
  const descriptor = header.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6] || Number(singleSegment);
  const windowSize = Number(!singleSegment);
  let position = start + 5 + windowSize + (DICTIONARY_BYTES[descriptor & 3] ?? 0) + contentSize;
  for (;;) {
    const block = (await bytesAt(file, position, 3))?.readUIntLE(0, 3);
    if (block === undefined) return undefined;
    position += 3 + (((block >> 1) & 3) === RUN_LENGTH ? 1 : block >> 3);
    if (block & 1) return position + (descriptor & 4 ? CHECKSUM_BYTES : 0);
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return bytesRead === length ? buffer : undefined;
}
