/** Where and why an input could not be unpacked as a whole. What came before is good. */
export interface Damage {
  /** Bytes of packed input before the damage, or before the block of at most 16 KiB in which it shows. */
  readonly packedOffset: number;
  /** Bytes of unpacked input that came before. */
  readonly unpackedOffset: number;
  readonly reason: string;
}
