/** Text from outside, on one line: a terminal must not take what is in it for commands. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Control}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
