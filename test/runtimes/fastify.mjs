// Serves the example on the port that is given.
import { Mistral } from 'mistral-sdk';

import { createServer } from './project/fastify.ts';

await createServer(new Mistral()).listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
