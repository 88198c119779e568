import type { Organization } from '../../src/model/organization.ts';
import type { World } from '../world.ts';

/** Headers that make a request its client's. */
export type Credential = Readonly<Record<string, string>>;

/** What the contract suite must know of a dialect to ask it the questions it asks every dialect. */
export interface DialectContract {
  /** Name of the dialect. */
  readonly dialect: string;
  /** A credential for an organization, the world's branch where none is named, with everything a client may have. */
  signIn(world: World, organization?: Organization): Promise<Credential>;
  /** One that is well formed and not good. */
  readonly wrongCredential: Credential;
  /** Paths that a good credential may GET, over a time without events; `empty` is the whole answer. */
  readonly emptyAnswers: readonly { readonly path: string; readonly empty: unknown }[];
  /** A path about an organization, by its number, name or uuid in the path. */
  organizationPath(organization: { readonly id: number; readonly slug: string; readonly uuid: string }): string;
  /** Status of an organization that is out of reach, existing or not. */
  readonly foreignStatus: number;
  /** Paths with input that is malformed; each must be refused with 400. */
  readonly malformed: readonly string[];
  readonly unknownPath: string;
  /** Paths with a method they do not have, and those they have. */
  readonly wrongMethods: readonly {
    readonly method: 'DELETE' | 'PUT' | 'POST' | 'PATCH';
    readonly path: string;
    readonly allow: string;
  }[];
  /** A path that counts against the limit of the surface; absent where it has none. */
  readonly limitedPath?: string;
  /** Lists of the world's events that can be read page by page. */
  readonly pagings: readonly Paging[];
  /** Paths whose answers are compared with the OpenAPI document and stand for every shape it answers. */
  readonly describedPaths: readonly string[];
  /** Folder of fixtures: records and the answers they lead to. */
  readonly fixtures?: URL;
}

/** One way to read a list to its end. */
export interface Paging {
  readonly name: string;
  /** Path of the first page. */
  readonly first: string;
  /** Path of the page after this answer; undefined at the end. */
  next(path: string, answer: unknown): string | undefined;
  /** What tells two items apart. */
  items(answer: unknown): readonly string[];
  /** How many there are. */
  readonly total: number;
}
