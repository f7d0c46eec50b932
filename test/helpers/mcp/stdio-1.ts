/** A program: a server of `@modelcontextprotocol/sdk` 1.x over its own standard input and output. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

import { createServer1 } from './server-1.js';
import { ServerMemory } from './tools-to-serve.js';

await createServer1(new ServerMemory()).connect(new StdioServerTransport());
