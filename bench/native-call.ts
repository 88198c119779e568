import type { BelfryServer } from '../test/belfry-process.ts';
import type { Body } from '../test/body.ts';

/** Asks `/belfry/v1` as the operator. Fails where the answer is no success, or does not come within a minute. */
export function nativeCall({ address, token }: BelfryServer) {
  return async (method: string, path: string, body?: object | string): Promise<Body> => {
    const answer = await fetch(`${address}/belfry/v1${path}`, {
      method,
      signal: AbortSignal.timeout(60_000),
      headers: {
        authorization: `Bearer ${token}`,
        ...(typeof body === 'object' && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'object' ? JSON.stringify(body) : body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
}
