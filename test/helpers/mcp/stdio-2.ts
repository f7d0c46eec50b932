/** A program: a server of `@modelcontextprotocol/server` 2.x over its own standard input and output. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';

import { createServer2 } from './server-2.js';
import { ServerMemory } from './tools-to-serve.js';

const memory = new ServerMemory();
serveStdio(() => createServer2(memory));
