/** Numbers below this are seconds, others milliseconds: no log is from 1973 (umbrella.md, section 12, 19). */
export const SMALLEST_MILLISECONDS = 1e11;

/** 2255: later instants have no exact microsecond. Whatever lies beyond means "everything". */
export const LATEST_MS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);
