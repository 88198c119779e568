import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import type { BelfryServer } from './belfry-process.ts';

export type Server = Pick<BelfryServer, 'address' | 'token'>;

export type Counts = Readonly<
  Record<'received' | 'stored' | 'rejected' | 'ignored' | 'duplicate' | 'setAside', number>
>;

interface Upload {
  /** Slug. */
  readonly organization: string;
  /** As the input is called. */
  readonly name: string;
  /** Recognised where absent. */
  readonly format?: string;
  readonly body: Buffer | { readonly file: string };
}

interface UploadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The answer to an upload, or undefined where the connection broke before the answer was whole. */
export function upload(
  server: Server,
  { organization, name, format, body }: Upload,
): Promise<UploadAnswer | undefined> {
  const query = new URLSearchParams({ path: name, ...(format === undefined ? {} : { format }) });
  return new Promise((resolve) => {
    const sent = request(`${server.address}/belfry/v1/organizations/${organization}/imports?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/octet-stream' },
    });
    sent.on('error', () => resolve(undefined));
    sent.on('response', async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      } catch {
        resolve(undefined);
      }
    });
    const bytes = Buffer.isBuffer(body) ? Readable.from([body]) : createReadStream(body.file);
    bytes.on('error', () => resolve(undefined)).pipe(sent);
  });
}

/** The receipt of an upload, or undefined where there is none. */
export async function receiptOf(server: Server, input: Upload): Promise<Counts | undefined> {
  const answer = await upload(server, input);
  return answer?.status === 200 ? JSON.parse(answer.body) : undefined;
}

/** Posts JSON to the native API and returns the answer, which must be a success. */
export async function post<Answer>(server: Server, path: string, body: object): Promise<Answer> {
  const answer = await fetch(`${server.address}/belfry/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
