/** What travels on the wire, and what the methods take: types alone, so importing this module does nothing. */
export type * from '../generated/types.gen.js';
export type * from '../generated/params.gen.js';
