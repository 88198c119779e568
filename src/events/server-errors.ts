import { AppError } from '../model/errors.ts';

/** Exceptions of a server that are about it and not about the statement, with what an operator is to know. */
const SERVER_TROUBLES: Readonly<Record<string, string>> = {
  16: 'lacks a column of Belfry, whose next start makes it: its database was changed, or replaced',
  24: 'cannot write to its disk',
  60: 'lacks a table of Belfry, whose next start makes it: its database was changed, or replaced',
  74: 'cannot read from its disk',
  75: 'cannot write to its disk',
  76: 'cannot open a file of its own',
  81: 'has no such database; create it, or name another one in the address',
  164: 'lets its user only read, and no settings be given; use one that may write',
  173: 'has no memory left',
  192: 'does not know the user that its address names',
  193: 'refuses the password that its address holds',
  194: 'wants a password, and its address holds none',
  198: 'cannot look up another server of its cluster',
  201: 'has given its user all that its quota holds',
  202: 'runs as many queries as it may',
  209: 'waited too long for another server',
  210: 'cannot reach another server of its cluster',
  225: 'cannot reach its keeper',
  236: 'stopped a statement; it may be shutting down',
  242: 'cannot write to a table, which is read-only; a replica may have lost its keeper',
  243: 'has no space left on its disk',
  244: 'has trouble with its keeper',
  252: 'has to merge what is stored before it takes more',
  254: 'has no replica that is up to date',
  265: 'has no replica that is up to date',
  279: 'cannot reach another server of its cluster',
  285: 'has too few replicas running to write',
  286: 'waits until earlier records are on enough replicas',
  319: 'lost its keeper while it wrote; whether that is stored will show',
  394: 'was told to stop a statement',
  425: 'has trouble with its system',
  439: 'has no thread left for this',
  452: 'does not let its user give a setting that Belfry needs',
  473: 'could not lock a table in time',
  497: 'does not grant its user a right that Belfry needs',
  499: 'has trouble with the storage behind it',
  500: 'has trouble with the storage behind it',
  516: 'does not let its user in: user or password are wrong',
  574: 'has much left to send to other servers of its cluster',
  692: 'has to finish earlier changes first',
  700: 'has as many sessions of its user as it may',
  720: 'does not let its user in: the account has expired',
  733: 'restarts a table',
  735: 'was told to stop a statement',
  745: 'has too much to do',
  774: 'cannot write to a table, which is read-only',
  999: 'has trouble with its keeper',
};

/** Several have the same remedy. */
const UNKNOWN_SIGNER =
  'cannot be trusted: nobody here knows who signed its certificate (NODE_EXTRA_CA_CERTS names a file of others to trust)';

/** What the system, and TLS, say of a connection that did not come about. */
const CONNECTION_TROUBLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'cannot be reached: nothing listens there',
  ENOTFOUND: 'cannot be reached: its name is not known',
  EAI_AGAIN: 'cannot be reached: its name cannot be looked up now',
  ETIMEDOUT: 'cannot be reached: it does not answer',
  EHOSTUNREACH: 'cannot be reached: there is no way to it',
  ENETUNREACH: 'cannot be reached: there is no way to it',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  ABORT_ERR: 'did not answer in time',
  EPROTO: 'does not speak TLS there; its address may have to begin with http',
  CERT_HAS_EXPIRED: 'cannot be trusted: its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'cannot be trusted: its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_SIGNER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
};

const RETRY_SECONDS = 10;

/** Those who ask a question are not told where the server is; the log is. */
const FOR_CALLERS = 'the event store cannot be reached, or takes nothing, at the moment';

/**
 * What went wrong, as an AppError `unavailable` with a sentence for the operator where the server or the way to it is the trouble.
 * A statement that the server would always refuse, or that reached a limit, stays the exception that it is. None holds a password.
 *
 * @param host name and port
 */
export function serverError(error: unknown, host: string): unknown {
  const sentence = sentenceOf(error, host);
  if (sentence === undefined) return error;
  const internal = `${sentence}: ${error instanceof Error ? error.message.slice(0, 1000) : ''}`;
  return new AppError('unavailable', { public: FOR_CALLERS, internal, cause: error, retryAfterSeconds: RETRY_SECONDS });
}

/** The same at the start, where the operator is the one who is told; with `retryAfterSeconds` where it may pass by itself. */
export function openingError(error: unknown, host: string): unknown {
  const sentence = sentenceOf(error, host);
  if (sentence === undefined) return error;
  const later = LASTING.has(codeOf(error)) ? {} : { retryAfterSeconds: RETRY_SECONDS };
  return new AppError('unavailable', { public: sentence, cause: error, ...later });
}

/** Somebody has to do something about it first: waiting is of no use. */
const LASTING: ReadonlySet<string> = new Set([
  ...['81', '164', '192', '193', '194', '452', '497', '516', '720', 'EPROTO', 'CERT_HAS_EXPIRED'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
]);

/** Whether an exception is about the server, or the disk of the embedded engine, and not about the statement. */
export function isServerTrouble(error: unknown): boolean {
  return codeOf(error) in SERVER_TROUBLES || codeOf(error) in CONNECTION_TROUBLES;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function sentenceOf(error: unknown, host: string): string | undefined {
  if (error instanceof AppError || !(error instanceof Error)) return undefined;
  const code = codeOf(error);
  const trouble = SERVER_TROUBLES[code] ?? CONNECTION_TROUBLES[code] ?? plainTrouble(error, code);
  return trouble && `the ClickHouse server at ${host} ${trouble}`;
}

/** Whether the server closed the connection: it may have been idle for longer than the server keeps one. */
export function isBrokenConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || error.message === 'socket hang up';
}

/** The client's own errors have no code; nor has an answer that is none of ClickHouse's. */
function plainTrouble(error: Error, code: string): string | undefined {
  if (/^(The user aborted a request|Timeout error)\.$/.test(error.message)) return 'did not answer in time';
  if (code.startsWith('HPE_')) return 'does not speak HTTP there; its address may have to begin with https';
  if (/^Poco::Exception\. (?!.*HTML Form)/.test(error.message)) return 'has trouble with a connection';
  const isException = code !== '' || /^(Poco::Exception\. )?Code: \d/.test(error.message);
  return isException ? undefined : 'gave an answer that is none of ClickHouse; something may stand before it';
}
