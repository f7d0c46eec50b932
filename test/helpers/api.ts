import nock from 'nock';

import { Mistral, type MistralOptions } from '../../src/index.js';
import { testKeys } from './test-keys.js';

export const origin = 'https://api.mistral.ai';

/** Replies for one test, at the place where the client looks for the API. */
export const api = (options: nock.Options = {}): nock.Scope => nock(origin, options);

/** A client with keys that could be real. It does not wait to try again: tests of retries say so. */
export const client = (options: MistralOptions = {}): Mistral =>
  new Mistral({ ...testKeys, maxRetries: 0, ...options });
