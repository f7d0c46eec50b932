import { McpServer } from '@modelcontextprotocol/server';

import { toolsToServe, type ServerMemory } from './tools-to-serve.js';

/** A server of `@modelcontextprotocol/server` 2.x. It lists anew what it can each time. */
export function createServer2(memory: ServerMemory): McpServer {
  const server = new McpServer(
    { name: 'second', version: '2.0.0' },
    { capabilities: { tools: { listChanged: true } } },
  );
  const served = new Set<string>();
  const serve = () => {
    for (const { name, config, run } of toolsToServe(memory)) {
      if (served.has(name)) continue;
      served.add(name);
      server.registerTool(name, config, async (args: Record<string, unknown>, { mcpReq }) => {
        const { signal, _meta: meta } = mcpReq;
        const result = await run(args, {
          signal,
          progressToken: meta?.progressToken,
          // Notifications of the server, which the package knows by their methods.
          notify: (notification) => mcpReq.notify(notification as never),
        });
        serve();
        return result;
      });
    }
  };
  serve();
  return server;
}
