import { closest } from '../kit/closest.ts';
import { AppError, type Fault } from '../model/errors.ts';
import { type Config, OPTION_LIST, OPTIONS } from './options.ts';

export type { Config } from './options.ts';

/** Environment variables, as in `process.env`. A variable set to the empty string counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with a configuration; each fault's `where` is the variable. */
export class ConfigError extends AppError {
  constructor(faults: readonly Fault[]) {
    const lines = faults.map((fault) => `  ${fault.where} ${fault.message}`);
    super('bad_request', { public: ['The configuration is not usable:', ...lines].join('\n'), faults });
    this.name = 'ConfigError';
  }
}

/** Reads every option from `env`. Throws one `ConfigError` with all the faults, unknown `BELFRY_…` variables included. */
export function loadConfig(env: Environment): Config {
  const faults: Fault[] = unknownVariables(env);
  const config: Record<string, unknown> = {};
  for (const [name, option] of OPTION_LIST) {
    const given = env[option.variable] || undefined;
    const text = given ?? option.fallback;
    const result = text === null ? { success: true as const, data: null } : option.schema.safeParse(text);
    if (result.success) {
      config[name] = result.data;
      continue;
    }
    const value = given === undefined || option.secret ? {} : { value: given.slice(0, 200) };
    faults.push(...result.error.issues.map(({ message }) => ({ where: option.variable, ...value, message })));
  }
  faults.push(...halfOfTls(env), ...clusterAlone(env));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as Config;
}

/** One line of `belfry config`. */
export interface ConfigLine {
  readonly variable: string;
  /** As one would write it in the environment; `********` for a secret that is set, null for no value. */
  readonly value: string | null;
  readonly from: 'environment' | 'default';
  readonly sentence: string;
}

/** The configuration in force, option by option, secrets masked. `env` is what `config` was loaded from. */
export function describeConfig(config: Config, env: Environment): ConfigLine[] {
  return OPTION_LIST.map(([name, { variable, sentence, secret }]) => {
    const value = config[name];
    const shown = secret ? '********' : shownValue(value);
    return {
      variable,
      value: value === null ? null : shown,
      from: env[variable] ? 'environment' : 'default',
      sentence,
    };
  });
}

function shownValue(value: Config[keyof Config]): string {
  if (typeof value === 'boolean') return String(Number(value));
  return value instanceof Set ? [...value].join(',') : String(value);
}

const PREFIX = 'BELFRY_';

function unknownVariables(env: Environment): Fault[] {
  const known = OPTION_LIST.map(([, option]) => option.variable.slice(PREFIX.length));
  const given = Object.keys(env).filter((name) => name.startsWith(PREFIX));
  const unknown = given.map((name) => name.slice(PREFIX.length)).filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const meant = closest(name, known);
    const hint = meant === undefined ? '' : `; did you mean ${PREFIX}${meant}?`;
    return { where: PREFIX + name, message: `is not an option${hint}` };
  });
}

function halfOfTls(env: Environment): Fault[] {
  const [cert, key] = [OPTIONS.tlsCert.variable, OPTIONS.tlsKey.variable];
  if (Boolean(env[cert]) === Boolean(env[key])) return [];
  const [set, missing] = env[cert] ? [cert, key] : [key, cert];
  return [{ where: missing, message: `is missing: ${set} is set, and HTTPS needs both` }];
}

function clusterAlone(env: Environment): Fault[] {
  const { eventsCluster, eventsUrl } = OPTIONS;
  if (!env[eventsCluster.variable] || env[eventsUrl.variable]) return [];
  return [
    { where: eventsUrl.variable, message: `is missing: ${eventsCluster.variable} names a cluster of that server` },
  ];
}
