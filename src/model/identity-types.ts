/** A kind of thing that makes requests (spec umbrella.md, section 11). */
export interface IdentityType {
  /** The vendor's number where it is known, ours from 100 up where not. */
  readonly id: number;
  readonly type: string;
  readonly label: string;
  /** Further spellings that logs use, lower case. */
  readonly aliases: readonly string[];
}

export const IDENTITY_TYPES: readonly IdentityType[] = [
  { id: 1, type: 'network', label: 'Networks', aliases: ['network'] },
  { id: 9, type: 'roaming', label: 'Roaming Computers', aliases: ['roaming computer'] },
  { id: 21, type: 'site', label: 'Sites', aliases: ['site'] },
  { id: 22, type: 'organization', label: 'Organization', aliases: ['organizations'] },
  { id: 34, type: 'anyconnect', label: 'Anyconnect Roaming Client', aliases: ['anyconnect roaming clients'] },
  { id: 100, type: 'internal_network', label: 'Internal Networks', aliases: ['internal network'] },
  { id: 101, type: 'directory_user', label: 'AD Users', aliases: ['ad user'] },
  { id: 102, type: 'directory_computer', label: 'AD Computers', aliases: ['ad computer'] },
  {
    id: 103,
    type: 'tunnel_device',
    label: 'Network Tunnels',
    aliases: ['network tunnel', 'cdfw tunnel device', 'cdfw tunnel devices'],
  },
  { id: 104, type: 'mobile_device', label: 'Mobile Devices', aliases: ['mobile device'] },
  { id: 105, type: 'android', label: 'Android Devices', aliases: ['android device'] },
  { id: 106, type: 'directory_group', label: 'AD Groups', aliases: ['ad group'] },
  { id: 107, type: 'network_device', label: 'Network Devices', aliases: ['network device'] },
  { id: 108, type: 'chromebook', label: 'Chromebook Users', aliases: ['chromebook user'] },
  { id: 109, type: 'saml_user', label: 'SAML Users', aliases: ['saml user'] },
];

/** What an identity is when its log names it without a type we know. */
export const DEFAULT_IDENTITY_TYPE = 'network';

const BY_TYPE = new Map(IDENTITY_TYPES.map((entry) => [entry.type, entry]));

export function identityType(type: string): IdentityType | undefined {
  return BY_TYPE.get(type);
}

/** Type name by every spelling of it, lower case: type name, label and aliases. */
export function identityTypesBySpelling(): Map<string, string> {
  const spellings = new Map<string, string>();
  for (const entry of IDENTITY_TYPES) {
    for (const spelling of [entry.type, entry.label.toLowerCase(), ...entry.aliases])
      spellings.set(spelling, entry.type);
  }
  return spellings;
}
