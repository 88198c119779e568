import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { printable } from '../printable.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Peer } from '../wire.ts';

export function addPeerCommands(program: Command): void {
  const peer = program.command('peer').description('other servers, whose alarms become those of an organization');
  withJson(
    peer
      .command('join <slug>')
      .description('join a server that speaks USM Anywhere 2.0; the secret is read from standard input or asked for')
      .requiredOption('--url <address>', 'where it answers, without /api/2.0')
      .requiredOption('--client-id <id>', 'a client of its own, made for us')
      .option(
        '--secret <text>',
        `its secret; other users of this computer see it: better leave it to ${SECRET} or to input`,
      )
      .option('--parent <slug>', 'make the organization, below this one')
      .option('--name <text>', 'what people call the organization that is made'),
  ).action(joinPeer);
  withJson(peer.command('list').description('list servers that were joined, and how they answer')).action(listPeers);
  addChange(peer, { verb: 'pause', description: 'ask a server no more until it is resumed', done: 'is paused' });
  addChange(peer, { verb: 'resume', description: 'ask a server again, at once', done: 'is asked again' });
  withJson(peer.command('leave <slug>').description('forget a server and its secret; the alarms it gave stay')).action(
    leavePeer,
  );
}

/** Environment variable that may hold the secret. */
const SECRET = 'PEER_SECRET';

interface JoinOptions extends JsonOption {
  readonly url: string;
  readonly clientId: string;
  readonly secret?: string;
  readonly parent?: string;
  readonly name?: string;
}

async function joinPeer(organization: string, options: JoinOptions): Promise<void> {
  const { url, clientId, parent, name } = options;
  const clientSecret = options.secret ?? process.env[SECRET] ?? (await readSecret());
  const body = { organization, url, clientId, clientSecret, parent, name };
  const joined = await withBelfry(({ api }) => api.post<Peer>('/peers', body));
  printResult(
    outputOf(options),
    joined,
    () => `${joined.url} is joined as ${joined.organization}. Its alarms are read while the server runs.`,
  );
}

/** Without echo from a person, to its end from a program; the line end that a shell adds is no part of a secret. */
async function readSecret(): Promise<string> {
  if (process.stdin.isTTY) {
    const { isCancel, password } = await import('@clack/prompts');
    const answer = await password({ message: 'Secret of the client' });
    return isCancel(answer) ? '' : answer;
  }
  const { text } = await import('node:stream/consumers');
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

async function listPeers(options: JsonOption): Promise<void> {
  const { data } = await withBelfry(({ api }) => api.get<{ data: Peer[] }>('/peers'));
  printResult(outputOf(options), data, () =>
    data.length === 0
      ? 'No server is joined. Join one: belfry peer join <slug> --url <address> --client-id <id>'
      : table(
          ['ORGANIZATION', 'ADDRESS', 'STATE', 'LAST ANSWERED', 'WHAT IS WRONG'],
          data.map((peer) => [
            peer.organization,
            peer.url,
            stateOf(peer),
            peer.lastAnsweredAt,
            peer.lastError && printable(peer.lastError),
          ]),
        ),
  );
}

function stateOf({ enabled, connected }: Peer): string {
  if (!enabled) return 'paused';
  return connected ? 'connected' : 'disconnected';
}

interface Change {
  readonly verb: 'pause' | 'resume';
  readonly description: string;
  readonly done: string;
}

function addChange(peer: Command, { verb, description, done }: Change): void {
  withJson(peer.command(`${verb} <slug>`).description(description)).action(
    async (slug: string, options: JsonOption) => {
      const changed = await withBelfry(({ api }) => api.post<Peer>(`/peers/${encodeURIComponent(slug)}/${verb}`));
      printResult(outputOf(options), changed, () => `${changed.url} (${changed.organization}) ${done}.`);
    },
  );
}

async function leavePeer(slug: string, options: JsonOption): Promise<void> {
  const left = await withBelfry(({ api }) => api.delete<Peer>(`/peers/${encodeURIComponent(slug)}`));
  printResult(outputOf(options), left, () => `${left.url} is forgotten; its alarms stay with ${left.organization}.`);
}
