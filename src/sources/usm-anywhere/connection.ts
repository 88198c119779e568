import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../model/errors.ts';
import { fetchJson, type JsonAnswer, unavailable } from './fetch-json.ts';

/** Where a server speaks USM Anywhere 2.0, and as whom to speak to it. */
export interface UsmAddress {
  /** Without a slash at its end; `/api/2.0` is below. */
  readonly url: string;
  readonly clientId: string;
  readonly secret: string;
}

export interface UsmConnectionOptions {
  readonly requestsPerSecond: number;
  /** For one answer; 30 seconds where absent. */
  readonly timeoutMs?: number;
  /** Of one answer; 32 MB where absent. */
  readonly mostBytes?: number;
}

/** A connection to the USM Anywhere API 2.0 of another server. It keeps a token as long as that is good. */
export interface UsmConnection {
  /** Address of the list of alarms. */
  readonly alarmsUrl: URL;
  /** Asks with a token. Fails with `unavailable`, or with the reason of `signal`. */
  get(url: URL, signal: AbortSignal): Promise<unknown>;
}

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 32 * 2 ** 20;

export function connectUsm(address: UsmAddress, options: UsmConnectionOptions): UsmConnection {
  const { timeoutMs = TIMEOUT_MS, mostBytes = MOST_BYTES } = options;
  const turn = pacer(options.requestsPerSecond);
  const ask = async (
    url: URL,
    signal: AbortSignal,
    rest: { method: 'GET' | 'POST'; headers: Headers; body?: string },
  ) => {
    await turn(signal);
    return fetchJson({ url, signal, timeoutMs, mostBytes, ...rest });
  };
  type Headers = Readonly<Record<string, string>>;
  let token: Token | undefined;

  const fresh = async (signal: AbortSignal): Promise<Token> => {
    const basic = Buffer.from(`${address.clientId}:${address.secret}`).toString('base64');
    const answer = await ask(new URL(`${address.url}/api/2.0/oauth/token?grant_type=client_credentials`), signal, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    return tokenOf(answer);
  };

  const get = async (url: URL, signal: AbortSignal): Promise<JsonAnswer> => {
    if (token === undefined || Date.now() >= token.renewAt) token = await fresh(signal);
    return ask(url, signal, { method: 'GET', headers: { authorization: `Bearer ${token.text}` } });
  };

  return {
    alarmsUrl: new URL(`${address.url}/api/2.0/alarms`),
    async get(url, signal) {
      let answer = await get(url, signal);
      if (answer.status === 401) {
        token = undefined;
        answer = await get(url, signal);
      }
      if (answer.status === 401) throw unavailable('it refuses the token that it gave (401)');
      return bodyOf(answer, 'the list of alarms');
    },
  };
}

interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly renewAt: number;
}

/** A token whose length of life is not told is renewed after so long. */
const USUAL_SECONDS = 900;

function tokenOf(answer: JsonAnswer): Token {
  if (answer.status === 401 || answer.status === 403) {
    throw unavailable(`it refuses the client id and secret (${answer.status})`);
  }
  const { access_token: text, expires_in: given } = (bodyOf(answer, 'the token endpoint') ?? {}) as Record<
    string,
    unknown
  >;
  // What goes into a header must be able to.
  if (typeof text !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(text)) {
    throw unavailable('the token endpoint gives no access_token');
  }
  const seconds = typeof given === 'number' && given > 0 ? Math.min(given, 86_400) : USUAL_SECONDS;
  return { text, renewAt: Date.now() + seconds * 800 };
}

function bodyOf({ status, headers, body }: JsonAnswer, what: string): unknown {
  if (status >= 300 && status < 400) {
    throw unavailable(`${what} answers with a redirect (${status}), which is not followed`);
  }
  if (status === 404) throw unavailable(`${what} is not there (404): is this the address of a USM Anywhere 2.0 API?`);
  if (status !== 200) throw refused(`${what} answers with status ${status}`, headers);
  if (body !== undefined) return body;
  const type = headers.get('content-type')?.split(';', 1)[0] ?? 'nothing';
  throw unavailable(`${what} answers with ${type.slice(0, 100)} that is not JSON`);
}

function refused(sentence: string, headers: Headers): AppError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds < 0) return unavailable(sentence);
  return new AppError('unavailable', { public: sentence, retryAfterSeconds: seconds });
}

/** Lets requests begin at most so many times a second, evenly. */
function pacer(requestsPerSecond: number): (signal: AbortSignal) => Promise<void> {
  let nextAt = 0;
  return async (signal) => {
    const now = Date.now();
    const at = Math.max(now, nextAt);
    nextAt = at + 1000 / requestsPerSecond;
    if (at > now) await sleep(at - now, undefined, { signal });
    signal.throwIfAborted();
  };
}
