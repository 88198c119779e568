import { randomBytes, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { deriveKey } from './hash-queue.ts';

const LOG_N = 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** Where passwords wait that administrators set. */
const ADMINISTRATION = 'administration';

/** Hashes a password with scrypt; takes about 0.1 s. The text carries its parameters: `$scrypt$ln=15,r=8,p=1$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return hashText(salt, await derive(ADMINISTRATION, password, salt, KEY_BYTES, ownParameters()));
}

/** A hash that no password has, for which a check takes as long as for any other. */
export function decoyHash(): string {
  return hashText(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
}

/**
 * Whether `password` is the one that `hashed` was made from. Throws when `hashed` is not a text of `hashPassword`, and fails
 * with `rate_limited` when too many wait.
 *
 * @param lane who wants to know, for instance an address: lanes take turns
 */
export async function verifyPassword(password: string, hashed: string, lane = ADMINISTRATION): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hashed);
  if (match === null) throw new Error('not a password hash');
  const [, logN, blockSize, parallelism, salt = '', key = ''] = match;
  const expected = Buffer.from(key, 'base64url');
  const parameters = parametersOf(Number(logN), Number(blockSize), Number(parallelism));
  const actual = await derive(lane, password, Buffer.from(salt, 'base64url'), expected.length, parameters);
  return timingSafeEqual(actual, expected);
}

function hashText(salt: Buffer, key: Buffer): string {
  const parameters = `ln=${LOG_N},r=${BLOCK_SIZE},p=${PARALLELISM}`;
  return `$scrypt$${parameters}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

function ownParameters(): ScryptOptions {
  return parametersOf(LOG_N, BLOCK_SIZE, PARALLELISM);
}

function parametersOf(logN: number, blockSize: number, parallelism: number): ScryptOptions {
  const N = 2 ** logN;
  return { N, r: blockSize, p: parallelism, maxmem: 256 * N * blockSize };
}

function derive(lane: string, password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  // One spelling per password: keyboards differ in how they compose accents.
  return deriveKey(lane, { password: password.normalize('NFKC'), salt, bytes, options });
}
