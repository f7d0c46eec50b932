import { expect, test } from 'vitest';

import { credentialOf } from '../../../../codegen/description/credential.js';
import type { JsonValue } from '../../../../codegen/description/json.js';
import { documentOf } from '../../../helpers/small-document.js';

const document = {
  ...documentOf(
    '{}',
    `securitySchemes:
      ApiKey: { type: http, scheme: bearer }
      AdminApiKey: { type: http, scheme: Bearer }
      Gateway: { type: apiKey, in: header, name: X-API-Key }
      AdminGateway: { type: apiKey, in: header, name: X-Admin-Key }
      Cookie: { type: apiKey, in: cookie, name: session }
      Login: { type: oauth2, flows: {} }`,
  ),
  security: [{ ApiKey: [] }],
};

const read = (security?: JsonValue) =>
  credentialOf(document, security === undefined ? {} : { security }, 'GET /v1/things');

test.each<[string, JsonValue | undefined, object]>([
  ['what the document says', undefined, {}],
  ['the API key', [{ ApiKey: [] }], {}],
  ['nothing', [], {}],
  ['a key if there is one', [{}], {}],
  ['the key of an administrator', [{ AdminApiKey: [] }], { key: 'adminApiKey' }],
  ['a header', [{ Gateway: [] }], { header: 'x-api-key' }],
  [
    'a header with the key of an administrator',
    [{ AdminGateway: [] }],
    { key: 'adminApiKey', header: 'x-admin-key' },
  ],
  ['either key', [{ AdminApiKey: [] }, { ApiKey: [] }], {}],
  ['a login or a header', [{ Login: [] }, { Gateway: [] }], { header: 'x-api-key' }],
])('an operation that asks for %s', (_, security, credential) => {
  expect(read(security)).toEqual(credential);
});

test.each<[string, JsonValue, string]>([
  ['a login', [{ Login: [] }], 'wants Login, and'],
  ['a cookie', [{ Cookie: [] }], 'wants Cookie, and'],
  ['two at once', [{ ApiKey: [], Gateway: [] }, { Login: [] }], 'wants ApiKey with Gateway or Login, and'],
])('an operation that asks for %s is one that no method can call', (_, security, problem) => {
  expect(() => read(security)).toThrow(`GET /v1/things: ${problem}`);
});

test('a scheme that is not there is told', () => {
  expect(() => read([{ Nobody: [] }])).toThrow('GET /v1/things: wants Nobody');
});
