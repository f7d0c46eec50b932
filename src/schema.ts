/** The description as openapi-typescript and openapi-fetch know it: types alone, so importing this module does nothing. */
export type * from '../generated/schema.gen.js';
