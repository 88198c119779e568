import { badInput } from '../../model/errors.ts';

const MEDIA_TYPE = /^application\/api\.clumio\.(.+)\+json$/;
const NAMED_VERSION = /^(\*|[a-z0-9-]+)=v([1-9]\d{0,3})$/;

/**
 * The version of a resource that an Accept header asks for (section 1.4): the specific name wins over `*`, which means the
 * highest version up to the one it names; whatever does not speak of the resource means the newest.
 *
 * Fails with `bad_request` for a version the resource does not have.
 *
 * @param newest number of the resource's newest version; they begin at 1
 */
export function negotiateVersion(accept: string | undefined, resource: string, newest: number): number {
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = ''] = range.split(';');
    const versions = MEDIA_TYPE.exec(type.trim())?.[1];
    if (versions === undefined) continue;
    const named = new Map(
      versions
        .replaceAll('\\', '')
        .split('&')
        .map((pair) => readPair(pair, accept ?? '')),
    );
    const specific = named.get(resource);
    if (specific !== undefined && specific > newest) throw noSuchVersion(resource, specific, newest);
    const wanted = specific ?? named.get('*');
    if (wanted !== undefined) return Math.min(wanted, newest);
  }
  return newest;
}

function readPair(pair: string, accept: string): [string, number] {
  const [, name, version] = NAMED_VERSION.exec(pair) ?? [];
  if (name !== undefined) return [name, Number(version)];
  throw badInput('Accept', accept, 'invalid value for Accept: not application/api.clumio.<resource>=v<number>+json');
}

function noSuchVersion(resource: string, version: number, newest: number) {
  const message = `invalid value for Accept: ${resource} has no version ${version}, the newest is ${newest}`;
  return badInput('Accept', `${resource}=v${version}`, message);
}

export function mediaType(resource: string, version: number): string {
  return `application/api.clumio.${resource}=v${version}+json`;
}
