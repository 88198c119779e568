/** A place in the text of a rule, counted in characters from its start. */
export interface Place {
  readonly offset: number;
}

/** A rule that cannot be understood. Thrown inside this room only: whoever calls it gets located problems. */
export class RuleFault extends Error {
  override readonly name = 'RuleFault';
  readonly offset: number;

  constructor(message: string, place: Place) {
    super(message);
    this.offset = place.offset;
  }
}
