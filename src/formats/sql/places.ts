import { sqlText } from '../../kit/sql-literals.ts';

// Written out element by element: a lambda over the names, or over the places, copies the whole array that it looks into for each of
// them. A batch of 8 MB took 2 GB that way.

/** SQL for the place, from 1, in `array` of the first of the names that is there; 0 where none is. */
export function placeOfFirst(array: string, names: readonly string[]): string {
  const places = [...new Set(names)].map((name) => `indexOf(${array}, ${sqlText(name)})`);
  if (places.length <= 1) return places[0] ?? '0';
  return `arrayFirst(place -> place != 0, [${places.join(', ')}])`;
}

/** SQL for an array of so many elements of `array`, each from the place that the array `places` has for it; '' from where there is none. */
export function elementsAt(array: string, places: string, count: number): string {
  return `[${Array.from({ length: count }, (_, index) => `${array}[${places}[${index + 1}]]`).join(', ')}]`;
}
