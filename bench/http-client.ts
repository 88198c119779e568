/** Asks addresses in turn, again and again, in a process of its own, and reports how long each answer took. See `bench/page.ts`. */
import { Agent, type RequestOptions, request } from 'node:http';

export interface Load {
  readonly urls: readonly string[];
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly requests: number;
  readonly clients: number;
}

process.on('message', async ({ urls, method, headers, requests, clients }: Load) => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let left = requests;
  await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const url = urls[number % urls.length] as string;
      while (left-- > 0) {
        const started = performance.now();
        await ask(url, { method, headers, agent });
        times.push(performance.now() - started);
      }
    }),
  );
  agent.destroy();
  process.send?.(times);
});

function ask(url: string, options: RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
