import { PARAMETERS, type ParameterCode } from '../parameters.ts';

/** Names for sets of codes, as section 6 defines them. */
const SETS: Readonly<Record<string, string>> = {
  BASE: 'D U C PC I PO ID IT A V SH SO B TH TT AD AV DL N TZ',
  DNSB: 'D C PC I ID IT A V TH TT N TZ',
};

/**
 * Reads a cell of the matrix: codes and sets to take, then those to leave out.
 *
 * @example codes('F T L O BASE', 'PO SH')
 */
export function codes(taken: string, left = ''): readonly ParameterCode[] {
  const without = new Set(left.split(' '));
  return taken
    .split(' ')
    .flatMap((word) => (SETS[word] ?? word).split(' '))
    .filter((code) => !without.has(code))
    .map(toCode);
}

function toCode(word: string): ParameterCode {
  if (word in PARAMETERS) return word as ParameterCode;
  throw new Error(`no parameter has the code ${word}`);
}
