import type { Format, Specimen } from '../formats/format.ts';
import { AppError, badInput } from '../model/errors.ts';

export interface ChosenFormat {
  readonly format: Format;
  readonly variant: string | undefined;
}

/**
 * The format of an input: what the caller named (`zeek`, `umbrella-csv/dnslogs`), or else the one that is surest.
 *
 * @throws AppError `bad_request` when the name is unknown, or no format knows the input
 */
export function chooseFormat(formats: readonly Format[], specimen: Specimen, name?: string): ChosenFormat {
  return name === undefined ? recognise(formats, specimen) : named(formats, specimen, name);
}

function named(formats: readonly Format[], specimen: Specimen, name: string): ChosenFormat {
  const [formatName, variant] = name.split('/', 2);
  const format = formats.find((candidate) => candidate.name === formatName);
  if (format === undefined)
    throw badInput('format', name, `unknown format ${name.slice(0, 80)}; known are ${nameList(formats)}`);
  return { format, variant: variant ?? format.recognise(specimen)?.variant };
}

function recognise(formats: readonly Format[], specimen: Specimen): ChosenFormat {
  let best: { confidence: number; chosen: ChosenFormat } | undefined;
  for (const format of formats) {
    const found = format.recognise(specimen);
    if (found === undefined || found.confidence <= (best?.confidence ?? 0)) continue;
    best = { confidence: found.confidence, chosen: { format, variant: found.variant } };
  }
  if (best !== undefined) return best.chosen;
  throw new AppError('bad_request', {
    public: `${specimen.path}: the format was not recognised; name it with --format, known are ${nameList(formats)}`,
    faults: [{ where: 'path', value: specimen.path.slice(0, 200), message: 'not a log in any known format' }],
  });
}

function nameList(formats: readonly Format[]): string {
  return formats.map((format) => format.name).join(', ');
}
