/**
 * A page with a chat and a transcription, and the server that keeps the key.
 *
 * Talks to the mock API, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example browser [PORT]
 */
import { Mistral } from 'mistral-sdk';

import { createMock } from './mock.js';
import { startServer } from './server.js';

const [port = '8080'] = process.argv.slice(2);
const isReal = process.env.MISTRAL_API_KEY !== undefined;
const mistral = isReal ? new Mistral() : new Mistral({ apiKey: 'example-key', fetch: createMock().fetch });

const { url } = await startServer(mistral, Number(port));
console.log(`Open ${url}; it talks to ${isReal ? 'the Mistral API' : 'the mock API'}. Ctrl+C ends it.`);
