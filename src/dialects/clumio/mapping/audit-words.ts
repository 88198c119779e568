// Our words for what is audited, in the vendor's (section 4.1). Both sets are open: what is not named here keeps our word.

/** Category of what an action is done to; actions are `<object>.<verb>`. */
const CATEGORIES: Readonly<Record<string, string>> = {
  alarm: 'alerts',
  alert: 'alerts',
  client: 'api_tokens',
  compliance_configuration: 'reports',
  compliance_run: 'reports',
  consolidated_alert: 'alerts',
  import: 'data_source',
  label: 'alerts',
  organization: 'organizational_unit',
  peer: 'partner_ecosystem',
  report: 'reports',
  rule: 'policy',
  security_report: 'reports',
  setting: 'policy',
  suppression_rule: 'alerts',
  task: 'tasks',
  token: 'api_tokens',
  user: 'users',
};

/** Categories that depend on what is done, too. */
const CATEGORIES_OF_ACTIONS: Readonly<Record<string, string>> = {
  'client.authenticate': 'authentication',
  'user.sign_in': 'authentication',
  'user.sign_out': 'authentication',
};

const VERBS: Readonly<Record<string, string>> = {
  abort: 'update',
  add_note: 'update',
  attach_label: 'apply',
  authenticate: 'login',
  change: 'update',
  detach_label: 'unapply',
  finish: 'update',
  move: 'update',
  put: 'update',
  rename: 'update',
  reset_secret: 'refresh',
  revoke: 'remove',
  set_password: 'update',
  set_role: 'update',
  sign_in: 'login',
  sign_out: 'logout',
  start: 'create',
  suppress: 'update',
};

/** What kind of entity an audited object is. */
const ENTITY_TYPES: Readonly<Record<string, string>> = {
  client: 'api_token',
  organization: 'organizational_unit',
};

export function categoryOf(action: string): string {
  const [object = ''] = action.split('.');
  return CATEGORIES_OF_ACTIONS[action] ?? CATEGORIES[object] ?? object;
}

export function verbOf(action: string): string {
  const verb = action.slice(action.indexOf('.') + 1);
  return VERBS[verb] ?? verb;
}

export function entityTypeOf(objectType: string): string {
  return ENTITY_TYPES[objectType] ?? objectType;
}

/** The object type that is shown as this; none for a word that stands for another one here. */
export function objectTypeOf(entityType: string): string | undefined {
  const known = Object.entries(ENTITY_TYPES).find(([, shown]) => shown === entityType)?.[0];
  if (known !== undefined) return known;
  return Object.hasOwn(ENTITY_TYPES, entityType) ? undefined : entityType;
}

/** The door somebody came through; nobody did when the system acts by itself. */
export function interfaceOf({ type, via }: { readonly type: string; readonly via: string }): string {
  if (type === 'system') return '';
  if (type === 'operator') return 'CLI';
  return via === 'console' ? 'UI' : 'API';
}
