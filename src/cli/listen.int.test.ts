import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { listen } from './listen.ts';

it('says which option to change when the place is not to be had', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    await expect(listen(fastify(), { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'conflict',
      public: `port ${port} of 127.0.0.1 is taken by another program; BELFRY_PORT chooses another`,
    });
    await expect(listen(fastify(), { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'conflict',
      public: '192.0.2.1 is no address of this machine; BELFRY_HOST chooses another',
    });
  } finally {
    other.close();
  }
});
