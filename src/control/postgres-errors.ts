import { AppError } from '../model/errors.ts';

const REFUSED = 'nothing accepts connections there';
const SILENT = 'it does not answer';
const BROKEN = 'the connection to it broke';
const LOCKED = 'another process is writing to it and does not come to an end';
const CREDENTIALS = 'it refuses the user or the password';
const RESTARTING = 'it is stopping or starting';
const CONTENDED = 'another process changed the same at the same time';
const STORAGE = 'its storage fails';

/** What a PostgreSQL server, or the way to it, says by a code, in words for whoever runs it. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: REFUSED,
  ENOENT: REFUSED,
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ETIMEDOUT: SILENT,
  EHOSTUNREACH: SILENT,
  ENETUNREACH: SILENT,
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  '08000': BROKEN,
  '08003': BROKEN,
  '08006': BROKEN,
  '25006': 'it takes no changes: it is read-only, as a standby is',
  '25P03': BROKEN,
  '25P04': BROKEN,
  '28000': CREDENTIALS,
  '28P01': CREDENTIALS,
  '3D000': 'there is no such database',
  '40001': CONTENDED,
  '40P01': CONTENDED,
  '42501': 'its user may not do that',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'it has no connection left for this process',
  '55P03': LOCKED,
  '57014': 'a statement took longer than it may',
  '57P01': RESTARTING,
  '57P02': RESTARTING,
  '57P03': RESTARTING,
  '57P05': BROKEN,
  '58000': STORAGE,
  '58030': STORAGE,
};

/** What the client library says without a code. */
const SAYINGS: readonly (readonly [RegExp, string])[] = [
  [/^timeout exceeded when trying to connect$/, 'every connection of this process to it is in use'],
  [/^Connection terminated due to connection timeout$|^Query read timeout$/, SILENT],
  [/^Connection terminated|is not queryable$/, BROKEN],
  [/^SASL/, CREDENTIALS],
  [/certificate|SSL|TLS/i, 'TLS with it cannot be set up'],
];

/** What is in an index has some 2,700 bytes at most. */
const TOO_LONG = '54000';

const RETRY_AFTER_SECONDS = 5;

/**
 * An error that whoever runs the server can do something about, or that passes, as `unavailable`; any other as it is. The
 * server's own words are for the log.
 */
export function explainedBy(cause: unknown): unknown {
  if (cause instanceof AppError) return cause;
  if (codeOf(cause) === TOO_LONG) {
    return new AppError('bad_request', { public: 'a name or an identifier is too long to be kept', cause });
  }
  const reason = reasonOf(cause);
  if (reason === undefined) return cause;
  return unavailable(reason, wordsOf(cause), cause);
}

/** Nobody else's turn came for too long. */
export function waitedInVain(): AppError {
  return unavailable('too many changes wait for their turn', 'in this process');
}

/** Whether the connection is gone, so that what only reads can be asked on another one. */
export function isBroken(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === BROKEN || reason === RESTARTING;
}

/** Whether the connection can be used for nothing more: it is gone, or would give a late answer to the next question. */
export function isUseless(error: unknown): boolean {
  return isBroken(error) || reasonOf(error) === SILENT;
}

function unavailable(reason: string, detail: string, cause?: unknown): AppError {
  return new AppError('unavailable', {
    public: `the control database is not available: ${reason}`,
    internal: `PostgreSQL: ${reason} (${detail})`,
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return REASONS[codeOf(error)] ?? SAYINGS.find(([pattern]) => pattern.test(error.message))?.[1];
}

/** A name that has several addresses fails with the errors of all of them. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error && 'code' in error)) return '';
  // A socket that is not there. A certificate's file that is not there speaks for itself.
  if (error.code === 'ENOENT' && 'syscall' in error && error.syscall !== 'connect') return '';
  return String(error.code);
}

/** Where a name has several addresses and none answers, the error itself says nothing. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
