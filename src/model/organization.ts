/** One node of the tree of organizations. Umbrella calls it organization, USM deployment, Clumio organizational unit. */
export interface Organization {
  /** Decimal number that Umbrella paths carry; also the organization column of every event. 1 to 2^32-1. */
  readonly id: number;
  readonly uuid: string;
  /** Lower-case label, unique everywhere; names a host (`<slug>.example.net`) and command line arguments. */
  readonly slug: string;
  /** Free text, unique under its parent. */
  readonly name: string;
  readonly parentId: number | null;
  /** ISO 8601 instant. */
  readonly createdAt: string;
}
