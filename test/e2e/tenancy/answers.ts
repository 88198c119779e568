import type { InjectOptions } from 'fastify';
import type { World } from '../../world.ts';

/** Status, headers and body of an answer, without what differs from one moment to the next. */
export async function telling({ app }: Pick<World, 'app'>, request: InjectOptions): Promise<Telling> {
  const { statusCode: status, payload, headers } = await app.inject(request);
  const { date: _date, 'x-request-id': _id, ...others } = headers;
  return { status, text: `${status} ${JSON.stringify(others)}\n${maskBooking(payload)}` };
}

export interface Telling {
  readonly status: number;
  readonly text: string;
}

/** Every security report that is asked for has an id and a time of its own. */
function maskBooking(payload: string): string {
  return payload.replace(/"id":"[0-9a-f-]{36}","header":\{"date":\d+/, '"id":"-","header":{"date":0');
}
