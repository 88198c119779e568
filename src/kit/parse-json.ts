/** Deeper than any question or object of ours; code that walks a value calls itself once a level. */
const DEEPEST = 64;

/** `JSON.parse` of what a client sent. @throws SyntaxError also where objects and arrays are nested too deep */
export function parseJson(text: string): unknown {
  requireShallow(text);
  return JSON.parse(text);
}

/** @throws SyntaxError */
export function requireShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > DEEPEST) throw new SyntaxError(`objects and arrays are nested deeper than ${DEEPEST} levels`);
  }
}

/** Place of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
