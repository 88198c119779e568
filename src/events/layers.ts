/**
 * `SELECT *, <names of the layer> FROM (…)` for each layer, the first innermost: names may use those of earlier layers.
 *
 * One WITH list would say the same, but the engine's analyzer copies a name's expression to wherever it is used, names in
 * it included; views of a few nested names then take longer to analyze than small batches take to load.
 */
export function layers(source: string, names: readonly (readonly string[])[]): string {
  return names.reduce((inner, layer) => `SELECT *, ${layer.join(',\n  ')}\nFROM (${inner})`, source);
}
