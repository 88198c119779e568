import { createHash } from 'node:crypto';
import { createOrganization } from '../../../src/control/repos/organizations.ts';
import { createUser } from '../../../src/control/repos/users.ts';
import type { Organization } from '../../../src/model/organization.ts';
import type { Credential } from '../../contract/dialect-contract.ts';
import type { TestRecord } from '../../records-format.ts';
import { basicOf, tokenFor } from '../../umbrella-credentials.ts';
import { openWorld, TEST_ACTOR, type World } from '../../world.ts';
import type { Subject } from './questions.ts';

/** An organization of the crowd. Whatever is its own holds a word, a number or an address that nobody else has. */
export interface Member extends Subject {
  readonly organization: Organization;
  /** `zq` and two digits: in its slug, its name and all names in its logs. */
  readonly word: string;
  /** Its own client, as v1 takes it and as v2 does. */
  readonly key: Credential;
  readonly token: Credential;
}

export interface Crowd {
  readonly world: World;
  readonly provider: Member;
  /** Fifty, the first of them with a customer of its own. */
  readonly children: readonly Member[];
  readonly grandchild: Member;
  /** Another provider. */
  readonly rival: Member;
  readonly rivalChild: Member;
  /** A token that the provider's client was given for one of its customers. */
  issuedFor(member: Member): Promise<Credential>;
  /** Words of the organizations that a text tells something of. */
  toldOf(text: string): Set<string>;
}

const CHILDREN = 50;

export async function openCrowd(): Promise<Crowd> {
  const world = await openWorld();
  const owners = new Map<string, string>();
  let index = 0;
  const plant = (parent?: Member) => plantMember(world, owners, { index: index++, parent });
  const provider = await plant();
  const children: Member[] = [];
  for (let count = 0; count < CHILDREN; count += 1) children.push(await plant(provider));
  const grandchild = await plant(children[0]);
  const rival = await plant();
  const rivalChild = await plant(rival);
  for (const member of [provider, children[0], children[1], rival]) if (member) await appoint(world, member);
  return {
    world,
    provider,
    children,
    grandchild,
    rival,
    rivalChild,
    issuedFor: ({ id }) => tokenFor(world, { ...provider.key, 'x-umbrella-orgid': String(id) }),
    toldOf: (text) => new Set((text.match(MARKS) ?? []).flatMap((mark) => owners.get(mark.toLowerCase()) ?? [])),
  };
}

/** Words, addresses, hashes, UUIDs, ids of clients, and numbers of organizations and identities. */
const MARKS =
  /zq\d\d|(?:10\.9|198\.18)\.\d+\.\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{64}|[\da-f]{32}|(?<!\d)\d{7,16}(?!\d)/gi;

async function plantMember(
  world: World,
  owners: Map<string, string>,
  { index, parent }: { readonly index: number; readonly parent: Member | undefined },
): Promise<Member> {
  const word = `zq${String(index).padStart(2, '0')}`;
  const organization = await createOrganization(world.context.control.db, {
    slug: `${word}-org`,
    name: `Firm ${word}`,
    parentId: parent?.id ?? null,
    actor: TEST_ACTOR,
  });
  const { id, uuid } = organization;
  await world.load(organization, markedEvents(word, index));
  const made = await world.createClient(organization, { name: `client of ${word}` });
  const key = basicOf(made);
  const token = await tokenFor(world, key);
  const known = await world.app.inject({ url: '/reports/v2/identities', headers: token });
  const identities: { id: number }[] = known.json().data;
  const marks = [
    word,
    uuid,
    made.client.id,
    sha256Of(word),
    inside(index),
    outside(index),
    id,
    ...identities.map((one) => one.id),
  ];
  for (const mark of marks) owners.set(String(mark), word);
  const [identity] = identities;
  if (identity === undefined) throw new Error(`${word} has no identity`);
  return { id, organization, word, key, token, identity: identity.id, threat: `threat-${word}` };
}

function appoint(world: World, { word, id }: Member) {
  return createUser(world.context.control.db, {
    email: `manager@${word}.example`,
    name: `Manager of ${word}`,
    password: 'a password for tests',
    role: 'manager',
    organizationId: id,
    actor: TEST_ACTOR,
  });
}

const inside = (index: number) => `10.9.${index}.1`;
const outside = (index: number) => `198.18.${index}.1`;
const sha256Of = (word: string) => createHash('sha256').update(word).digest('hex');

/** An event of each kind, twice: to a name that all organizations share, and to one of its own. */
export function markedEvents(word: string, index: number): TestRecord[] {
  const shared = {
    src_ip: inside(index),
    nat_ip: outside(index),
    dst_ip: outside(index),
    identity_labels: ['LAPTOP', `laptop-${word}`],
    identity_types: ['roaming', 'network'],
    category_labels: ['Phishing', `category-${word}`],
    policy_category_labels: ['Phishing', `policy-${word}`],
    application_labels: ['Dropbox', `app-${word}`],
    application_types: ['Cloud Storage', `kind-${word}`],
    application_ids: [0, 0],
    threats: ['Emotet', `threat-${word}`],
    threat_types: ['Trojan', `type-${word}`],
    verdict: 'blocked',
    rule_id: 7,
  };
  const file = { file_name: `file-${word}.exe`, sha256: sha256Of(word), amp_disposition: 'malicious', amp_score: 90 };
  return ['shared.example', `host.${word}.example`].flatMap((domain, hour): TestRecord[] => {
    const common = { ...shared, domain, time: `2026-01-15T0${hour}:00:00Z` };
    const url = `https://${domain}/path-${word}`;
    const signature = { signature: `signature-${word}`, signature_id: index + 1, signature_list_id: 5, severity: 1 };
    return [
      { ...common, kind: 'dns', query_type: 'A', return_code: 0 },
      { ...common, ...file, kind: 'web', url, bytes_in: 10, bytes_out: 20, status: 200, user_agent: `agent-${word}` },
      { ...common, kind: 'firewall', dst_port: 443, proto: 6, packet_size: 60 },
      { ...common, ...signature, kind: 'intrusion', classification: `class-${word}` },
      { ...common, kind: 'ip' },
    ];
  });
}
