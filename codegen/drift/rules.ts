/** What a change means to someone whose TypeScript calls this SDK. */
export type ChangeClass = 'breaking' | 'additive' | 'documentation';

/** Which way a schema travels: sent by callers, or received from the API. */
export type Direction = 'request' | 'response';

/** The class of a change, and why it is that. */
type Consequence = readonly [ChangeClass, why: string];

export type Rule = {
  /** The change as a sentence; `{place}`, `{before}` and `{after}` are filled in. */
  readonly says: string;
} & ({ readonly request: Consequence; readonly response: Consequence } | { readonly always: Consequence });

const documentation = (why = ''): { readonly always: Consequence } => ({ always: ['documentation', why] });

/**
 * Every kind of change, and what it means in each direction.
 *
 * Two questions decide, in this order. Does code that compiled against the types of before still compile?
 * And does a call that worked still work: a server that refuses what it took breaks people too, and one that
 * takes more, or does something else when a field is left out, is worth knowing. What neither the compiler nor
 * a call can notice is documentation. A schema that travels both ways has the worse class; one that no
 * operation uses is documentation, whatever happens to it.
 *
 * What our overlays make of the description counts: enums in responses are open, tags are required, closed
 * objects are opened, and methods have their names by method and path.
 */
export const rules = {
  // --- operations
  'operation-added': { says: 'is new', always: ['additive', 'it needs a name'] },
  'operation-removed': {
    says: 'is gone',
    always: ['breaking', '`npm run update-spec` keeps its methods, deprecated, unless they are dropped'],
  },
  'operation-moved': {
    says: 'moved from {before} to {after}',
    always: ['breaking', 'released versions call the old route; move the name in the names overlay'],
  },
  'operation-id-changed': {
    says: 'has another operationId upstream: {after} instead of {before}',
    ...documentation('methods are named by method and path, so theirs stays'),
  },
  'key-changed': {
    says: 'wants {after} instead of {before}',
    always: ['breaking', 'released versions send the old key, and callers need another option'],
  },
  'security-changed': {
    says: '{place}: the authentication is {after} instead of {before}',
    ...documentation('the client sends the same key'),
  },
  'security-scheme-added': {
    says: 'the security scheme {after} is new',
    always: ['additive', 'the operations that want it say so'],
  },
  'security-scheme-removed': {
    says: 'the security scheme {before} is gone',
    always: ['breaking', 'the client sends its key'],
  },
  'security-scheme-changed': {
    says: 'the security scheme {place} is {after} instead of {before}',
    always: ['breaking', 'the client sends its key as it was'],
  },
  'server-added': { says: 'the server {after} is new', always: ['additive', 'people can choose it'] },
  'server-removed': {
    says: 'the server {before} is gone',
    always: ['breaking', 'the default base URL may be it'],
  },

  // --- parameters and bodies
  'parameter-added': { says: '{place} is a new optional parameter ({after})', always: ['additive', ''] },
  'required-parameter-added': {
    says: '{place} is a new required parameter ({after})',
    always: ['breaking', 'every call must pass it'],
  },
  'parameter-removed': {
    says: '{place} is no parameter any more',
    always: ['breaking', 'calls that pass it no longer compile'],
  },
  'parameter-renamed': {
    says: '{before} is called {after} now',
    always: ['breaking', 'calls pass it by name'],
  },
  'parameter-required': {
    says: '{place} is required now',
    always: ['breaking', 'calls that leave it out no longer compile'],
  },
  'parameter-optional': { says: '{place} is optional now', always: ['additive', ''] },
  'parameter-encoding-changed': {
    says: '{place} travels in another form: {after} instead of {before}',
    always: ['breaking', 'released versions send the old form, and `x-json-query` may no longer fit'],
  },
  'body-added': { says: 'takes an optional body now', always: ['additive', ''] },
  'required-body-added': {
    says: 'takes a required body now',
    always: ['breaking', 'every call must pass it'],
  },
  'body-removed': {
    says: 'takes no body any more',
    always: ['breaking', 'calls that pass its fields no longer compile'],
  },
  'body-required': {
    says: 'the body is required now',
    always: ['breaking', 'calls without one no longer compile'],
  },
  'body-optional': { says: 'the body is optional now', always: ['additive', ''] },

  // --- statuses and media types
  'media-type-added': {
    says: '{place} may be {after} as well',
    request: ['additive', 'a method sends one kind of body, so an overlay must leave one out'],
    response: [
      'additive',
      'a method has one kind of response, so the streams overlay must split the operation',
    ],
  },
  'media-type-removed': {
    says: '{place} is no longer {before}',
    request: ['breaking', 'the API refuses what it took'],
    response: ['breaking', 'the method responds with something else'],
  },
  'media-type-changed': {
    says: '{place} is {after} instead of {before}',
    request: ['breaking', 'released versions send the old type'],
    response: ['breaking', 'the method responds with something else'],
  },
  'media-encoding-changed': {
    says: '{place}: the parts are encoded in another way',
    request: ['breaking', 'the API may refuse what it took'],
    response: ['documentation', ''],
  },
  'success-status-added': { says: '{after} is a new successful response', always: ['additive', ''] },
  'success-status-removed': {
    says: '{before} is no successful response any more',
    ...documentation('others are left'),
  },
  'success-status-changed': {
    says: 'succeeds with {after} instead of {before}',
    ...documentation('methods do not tell successful statuses apart'),
  },
  'content-removed': {
    says: '{before} has no content any more',
    always: ['breaking', 'the method responds with nothing'],
  },
  'content-added': { says: '{after} has content now', always: ['additive', ''] },
  'error-status-added': {
    says: '{after} is a new error',
    ...documentation('errors have a class for every status'),
  },
  'error-status-removed': {
    says: '{before} is no described error any more',
    ...documentation('errors have a class for every status'),
  },

  // --- schemas
  'schema-added': { says: 'is a new schema', always: ['additive', ''] },
  'schema-removed': { says: 'is gone', always: ['breaking', 'people import its type'] },
  'schema-renamed': {
    says: '{before} is called {after} now',
    ...documentation('`npm run update-spec` keeps the name of its type'),
  },
  'reference-broken': {
    says: '{place} refers to {after}, which leads nowhere',
    always: ['breaking', 'its type is lost; repair it with an overlay'],
  },
  'reference-repaired': {
    says: '{place} referred to {before}, which led nowhere, and is repaired',
    always: ['additive', ''],
  },
  'type-replaced': {
    says: '{place} is {after} instead of {before}',
    ...documentation('the new type holds the same'),
  },
  'type-changed': {
    says: '{place} is {after} instead of {before}',
    request: ['breaking', 'values of the old type no longer compile'],
    response: ['breaking', 'code that reads the old type no longer compiles'],
  },
  'type-widened': {
    says: '{place} may be anything, where it was {before}',
    request: ['additive', ''],
    response: ['breaking', 'code that reads the old type no longer compiles'],
  },
  'type-narrowed': {
    says: '{place} is {after}, where it could be anything',
    request: ['breaking', 'other values no longer compile'],
    response: ['additive', ''],
  },
  'fractions-allowed': {
    says: '{place} may be a fraction now',
    request: ['additive', ''],
    response: ['documentation', 'TypeScript has one type of number'],
  },
  'fractions-refused': {
    says: '{place} must be a whole number now',
    request: ['breaking', 'the API refuses fractions that it took'],
    response: ['documentation', 'TypeScript has one type of number'],
  },
  'null-allowed': {
    says: '{place} may be null now',
    request: ['additive', ''],
    response: ['breaking', 'code that reads it must handle null'],
  },
  'null-refused': {
    says: '{place} may not be null any more',
    request: ['breaking', 'calls that pass null no longer compile'],
    response: ['additive', ''],
  },
  'binary-changed': {
    says: '{place} is {after} instead of {before}',
    request: ['breaking', 'values of the old type no longer compile'],
    response: ['breaking', 'code that reads the old type no longer compiles'],
  },

  // --- properties
  'property-added': {
    says: '{place} is a new optional property ({after})',
    request: ['additive', ''],
    response: ['additive', ''],
  },
  'required-property-added': {
    says: '{place} is a new required property ({after})',
    request: ['breaking', 'every caller must send it'],
    response: ['additive', 'responses always hold it'],
  },
  'tag-added': {
    says: '{place} is a new tag ({after})',
    request: ['breaking', 'our overlays make tags required, so every caller must send it'],
    response: ['additive', 'responses always hold it'],
  },
  'property-removed': {
    says: '{place} is gone',
    request: ['breaking', 'calls that send it no longer compile'],
    response: ['breaking', 'code that reads it no longer compiles'],
  },
  'property-required': {
    says: '{place} is required now',
    request: ['breaking', 'every caller must send it'],
    response: ['additive', 'responses always hold it'],
  },
  'property-optional': {
    says: '{place} is optional now',
    request: ['additive', ''],
    response: ['breaking', 'code that reads it must handle undefined'],
  },
  'tag-requirement-changed': {
    says: '{place} is {after} instead of {before}',
    ...documentation('our overlays make tags required'),
  },
  'other-properties-refused': {
    says: '{place} takes no properties but its own any more',
    request: ['breaking', 'the API refuses what it took'],
    response: ['documentation', 'our overlays open closed objects'],
  },
  'other-properties-allowed': {
    says: '{place} takes other properties than its own now',
    request: ['additive', ''],
    response: ['documentation', 'our overlays open closed objects'],
  },

  // --- values
  'enum-value-added': {
    says: '{place} may be {after} as well',
    request: ['additive', ''],
    response: ['additive', 'enums in responses are open'],
  },
  'enum-value-removed': {
    says: '{place} may not be {before} any more',
    request: ['breaking', 'calls that send it no longer compile'],
    response: ['documentation', 'enums in responses are open, so code that handles it still compiles'],
  },
  'values-restricted': {
    says: '{place} is one of {after} now',
    request: ['breaking', 'other values no longer compile'],
    response: ['additive', 'enums in responses are open'],
  },
  'values-freed': {
    says: '{place} may have any value, where it was one of {before}',
    request: ['additive', ''],
    response: ['additive', 'enums in responses are open'],
  },
  'constant-changed': {
    says: '{place} is always {after} instead of {before}',
    request: ['breaking', 'calls that send the old value no longer compile'],
    response: ['breaking', 'code that narrows by the old value no longer compiles'],
  },
  'constant-freed': {
    says: '{place} may be {after}, where it was always {before}',
    request: ['additive', ''],
    response: ['breaking', 'code that narrows by it no longer compiles'],
  },

  // --- unions
  'member-added': {
    says: '{place} may be {after} as well',
    request: ['additive', ''],
    response: ['breaking', 'code that reads it must tell one more type apart'],
  },
  'tagged-member-added': {
    says: '{place} may be {after} as well',
    request: ['additive', ''],
    response: ['additive', 'its tag tells it apart, so code that narrows still compiles'],
  },
  'member-removed': {
    says: '{place} may not be {before} any more',
    request: ['breaking', 'calls that send it no longer compile'],
    response: ['breaking', 'code that handles it no longer compiles'],
  },

  // --- what the API checks, and no type says
  'constraint-tightened': {
    says: '{place}: {after} instead of {before}',
    request: ['breaking', 'the API refuses what it took'],
    response: ['documentation', ''],
  },
  'constraint-loosened': {
    says: '{place}: {after} instead of {before}',
    request: ['additive', 'the API takes more'],
    response: ['documentation', ''],
  },
  'constraint-changed': {
    says: '{place}: {after} instead of {before}',
    request: ['breaking', 'the API may refuse what it took'],
    response: ['documentation', ''],
  },
  'default-changed': {
    says: '{place}: the default is {after} instead of {before}',
    request: ['additive', 'callers who leave it out get something else'],
    response: ['documentation', ''],
  },

  // --- what people read
  'default-noted': { says: '{place}: the default is {after} instead of {before}', ...documentation() },
  'text-changed': { says: '{place}: another {after}', ...documentation() },
  'format-changed': {
    says: '{place}: the format is {after} instead of {before}',
    ...documentation('formats annotate, but for binary'),
  },
  deprecated: { says: '{place} is deprecated', ...documentation() },
  'no-longer-deprecated': { says: '{place} is not deprecated any more', ...documentation() },
  'access-changed': {
    says: '{place}: {after} instead of {before}',
    ...documentation('our overlays leave it out'),
  },
  'discriminator-changed': {
    says: '{place}: another discriminator',
    ...documentation('types narrow by the tags of the members'),
  },
  'tags-changed': { says: 'has the tags {after} instead of {before}', ...documentation() },
  'document-changed': { says: '{place} changed', ...documentation() },
  'other-changed': { says: '{place}: another {after}', ...documentation() },
} as const satisfies Record<string, Rule>;

export type Kind = keyof typeof rules;

/** From harmless to harmful. */
export const classes = ['documentation', 'additive', 'breaking'] as const satisfies readonly ChangeClass[];

export const worst = (...all: readonly ChangeClass[]): ChangeClass =>
  classes.findLast((name) => all.includes(name)) ?? 'documentation';
