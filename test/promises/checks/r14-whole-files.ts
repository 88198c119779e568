import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { createGunzip } from 'node:zlib';
import { type Random, seededRandom } from '../../../src/kit/random.ts';
import { REPORT_TYPES } from '../../../src/model/report.ts';
import { type ListedReport, parseCsv } from '../../report-flow.ts';
import { askReport, clumioTokenWithJobs, items, manifestOf, settledTasks, urlOf } from '../../reports-under-kills.ts';
import { type CuttingProxy, startCuttingProxy } from '../cutting-proxy.ts';
import { atScale, type PublicPromise } from '../promise.ts';
import { serveHere } from '../server-here.ts';

export const filesAreWhole: PublicPromise = {
  id: 'R14',
  claim: 'A file is complete or visibly not',
  figure:
    'connections cut at 1,000 random bytes: no short file that looks complete; rows and SHA-256 as its manifest says',
  async check(run) {
    const cuts = atScale(run, { share: 40, full: 1000 });
    const server = await serveHere(run.directory, { BELFRY_CLUMIO_RATE_PER_SECOND: '0' });
    const proxy = await startCuttingProxy(server.address);
    try {
      const token = await clumioTokenWithJobs(server, atScale(run, { share: 500, full: 10_000 }));
      for (const type of REPORT_TYPES) await askReport({ server, token }, type);
      await settledTasks({ server, token });
      const reports = await items<ListedReport>({ server, token }, '/reports/downloads');
      const unlike = await countUnlikeManifest(reports.map((report) => urlOf(server, report)));
      const links = reports.filter(({ type }) => type === 'activity').map((report) => urlOf(proxy, report));
      const short = await cutDownloads(proxy, links[0] ?? '', cuts, seededRandom('cuts'));
      return {
        kept: reports.length === REPORT_TYPES.length && unlike === 0 && short === 0,
        measured: `${cuts} downloads cut, half of them packed: ${short} short files looked complete; ${reports.length - unlike} of ${reports.length} files as their manifest says`,
      };
    } finally {
      await proxy.close();
      await server.stop();
    }
  },
};

async function countUnlikeManifest(urls: readonly string[]): Promise<number> {
  let unlike = 0;
  for (const url of urls) {
    const body = await (await fetch(url)).text();
    const { sha256, rows } = await manifestOf(url);
    if (sha256 !== sha256Of(body) || rows !== parseCsv(body).length) unlike += 1;
  }
  return unlike;
}

/** Answers how many downloads ended well for the client and did not give the whole file. */
async function cutDownloads(proxy: CuttingProxy, url: string, cuts: number, random: Random): Promise<number> {
  const { sha256 } = await manifestOf(url);
  let short = 0;
  for (const encoding of ['identity', 'gzip']) {
    proxy.cutAfter = Number.POSITIVE_INFINITY;
    if (sha256Of((await download(url, encoding)) ?? '') !== sha256) throw new Error('the uncut file is not whole');
    const size = proxy.passed();
    for (let cut = 0; cut < cuts / 2; cut += 1) {
      proxy.cutAfter = random.between(1, size - 1);
      const body = await download(url, encoding);
      if (body !== undefined && sha256Of(body) !== sha256) short += 1;
    }
  }
  return short;
}

/** The file, or undefined where the client can tell that it is not whole. */
function download(url: string, encoding: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(undefined);
    const asked = request(url, { agent: false, headers: { 'accept-encoding': encoding } }, async (answer) => {
      try {
        const chunks: Buffer[] = [];
        const isPacked = answer.headers['content-encoding'] === 'gzip';
        for await (const chunk of isPacked ? answer.pipe(createGunzip()) : answer) chunks.push(chunk);
        resolve(answer.complete ? Buffer.concat(chunks) : undefined);
      } catch {
        giveUp();
      }
    });
    asked.on('error', giveUp);
    asked.end();
  });
}

function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
