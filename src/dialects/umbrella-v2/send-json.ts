import type { FastifyReply } from 'fastify';

/** Headers of every answer in JSON (section 4.1). */
const HEADERS = {
  'content-type': 'application/json;charset=utf-8',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '',
  'access-control-allow-methods': '*',
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers':
    'Authorization, x-options, x-source, x-region-redirect, x-traffic-type, timerange, content-type',
};

/** Sends a body as the vendor does: compact, members in the order given. */
export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.headers(HEADERS).send(JSON.stringify(body));
}

/** Sends a body that is no JSON. */
export function sendText(reply: FastifyReply, body: string): FastifyReply {
  return reply.headers({ ...HEADERS, 'content-type': 'text/plain;charset=utf-8' }).send(body);
}
