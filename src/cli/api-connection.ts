import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, ERROR_CODES, type Fault } from '../model/errors.ts';

export interface ApiConnectionOptions {
  readonly address: string;
  readonly token: string;
  /** The server's own certificate, PEM: trusted whatever name it is for, since we look for one that stands here. */
  readonly certificate?: string | undefined;
}

/** Parameters of an address; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Speaks `/belfry/v1`. A refusal is thrown as the AppError it was. */
export class ApiConnection {
  readonly #base: URL;
  readonly #token: string;
  readonly #certificate: string | undefined;

  constructor({ address, token, certificate }: ApiConnectionOptions) {
    this.#base = new URL(address);
    this.#token = token;
    this.#certificate = certificate;
  }

  get address(): string {
    return this.#base.origin;
  }

  get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    return this.#call('GET', path, query, {}, async (request) => {
      request.end();
    });
  }

  post<Answer>(path: string, body?: object): Promise<Answer> {
    return this.#send('POST', path, body);
  }

  put<Answer>(path: string, body: object): Promise<Answer> {
    return this.#send('PUT', path, body);
  }

  patch<Answer>(path: string, body: object): Promise<Answer> {
    return this.#send('PATCH', path, body);
  }

  delete<Answer>(path: string): Promise<Answer> {
    return this.#send('DELETE', path);
  }

  /** Sends a stream of any length as it comes. An answer that says what became of it is no refusal, whatever its status. */
  upload<Answer>(path: string, query: Query, source: Readable): Promise<Answer> {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.#call('POST', path, query, headers, (request) => pipeline(source, request));
  }

  #send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.#call(method, path, {}, headers, async (request) => {
      request.end(body && JSON.stringify(body));
    });
  }

  async #call<Answer>(
    method: string,
    path: string,
    query: Query,
    headers: Readonly<Record<string, string>>,
    send: (request: ClientRequest) => Promise<void>,
  ): Promise<Answer> {
    const url = new URL(`/belfry/v1${path}`, this.#base);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const request = this.#open(url, method, { ...headers, authorization: `Bearer ${this.#token}` });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    try {
      // A refusal may come while the body is still being sent.
      return await readAnswer<Answer>(await Promise.race([answered, send(request).then(() => answered)]));
    } catch (error) {
      throw error instanceof AppError ? error : failed(this.address, error);
    } finally {
      request.destroy();
    }
  }

  #open(url: URL, method: string, headers: Readonly<Record<string, string>>): ClientRequest {
    if (url.protocol !== 'https:') return requestHttp(url, { method, headers, agent: false });
    const trust = this.#certificate && { ca: this.#certificate, checkServerIdentity: () => undefined };
    return requestHttps(url, { method, headers, agent: false, ...trust });
  }
}

async function readAnswer<Answer>(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  const body = parse(text);
  if (response.statusCode !== undefined && response.statusCode < 300) return body as Answer;
  if (response.statusCode === UNPROCESSABLE && isOutcome(body)) return body as Answer;
  throw refusal(response.statusCode, body);
}

const UNPROCESSABLE = 422;

/** The answer to a request of which nothing could be done, as against the reason why it was refused. */
function isOutcome(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !('error' in body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Refusal {
  readonly error?: { readonly code?: string; readonly message?: string; readonly faults?: readonly Fault[] };
}

function refusal(status: number | undefined, body: unknown): AppError {
  const { error } = (body ?? {}) as Refusal;
  const code = ERROR_CODES.find((known) => known === error?.code) ?? 'internal';
  return new AppError(code, {
    public: error?.message ?? `the server answered with status ${status}`,
    faults: error?.faults ?? [],
  });
}

function failed(address: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('unavailable', { public: `the request to ${address} failed: ${reason}`, cause });
}
