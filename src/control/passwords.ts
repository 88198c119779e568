import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const LOG_N = 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const KEY_BYTES = 32;

/** Hashes a password with scrypt; takes about 0.1 s. The text carries its parameters: `$scrypt$ln=15,r=8,p=1$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, parametersOf(LOG_N, BLOCK_SIZE, PARALLELISM));
  const parameters = `ln=${LOG_N},r=${BLOCK_SIZE},p=${PARALLELISM}`;
  return `$scrypt$${parameters}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Whether `password` is the one that `hashed` was made from. Throws when `hashed` is not a text of `hashPassword`. */
export async function verifyPassword(password: string, hashed: string): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hashed);
  if (match === null) throw new Error('not a password hash');
  const [, logN, blockSize, parallelism, salt = '', key = ''] = match;
  const expected = Buffer.from(key, 'base64url');
  const parameters = parametersOf(Number(logN), Number(blockSize), Number(parallelism));
  const actual = await derive(password, Buffer.from(salt, 'base64url'), expected.length, parameters);
  return timingSafeEqual(actual, expected);
}

function parametersOf(logN: number, blockSize: number, parallelism: number): ScryptOptions {
  const N = 2 ** logN;
  return { N, r: blockSize, p: parallelism, maxmem: 256 * N * blockSize };
}

function derive(password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // One spelling per password: keyboards differ in how they compose accents.
    scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
