import { AppError } from '../../model/errors.ts';

export interface JsonQuestion {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the question from outside. */
  readonly signal: AbortSignal;
  /** For all of it, to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of an answer, unpacked. */
  readonly mostBytes: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where the answer is no JSON; with a status that is no success it may be anything. */
  readonly body: unknown;
}

/**
 * Asks a server that need not mean well: no redirect is followed, and answers that are too long or too slow are cut off.
 * Fails with `unavailable` and a sentence that says what was wrong; with the reason of `signal` where that ended it.
 */
export async function fetchJson(question: JsonQuestion): Promise<JsonAnswer> {
  const { url, method, headers, body, signal, timeoutMs, mostBytes } = question;
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(body !== undefined && { body }),
    });
    const text = await boundedText(response, mostBytes);
    return { status: response.status, headers: response.headers, body: parsed(text) };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AppError ? error : unanswered(error, timeoutMs);
  }
}

async function boundedText(response: Response, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels what is still to come.
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) throw unavailable(`its answer is longer than ${mostBytes / 2 ** 20} MB`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unanswered(error: unknown, timeoutMs: number): AppError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return unavailable(`it did not answer within ${timeoutMs / 1000} seconds`, error);
  }
  const { cause } = error as { cause?: { message?: string; code?: string } };
  const reason = cause?.message || cause?.code || (error instanceof Error ? error.message : String(error));
  return unavailable(`the request failed: ${reason.slice(0, 200)}`, error);
}

export function unavailable(sentence: string, cause?: unknown): AppError {
  return new AppError('unavailable', { public: sentence, cause });
}
