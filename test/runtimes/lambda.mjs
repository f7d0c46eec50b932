// What AWS does around a function with the invoke mode RESPONSE_STREAM: an event for each request to its URL, and a global in its
// runtime that takes the status and the headers before the bytes.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

globalThis.awslambda = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(output, { statusCode, headers }) {
      output.writeHead(statusCode, headers);
      return output;
    },
  },
};
// After there is the global that it takes.
const { handler } = await import('./project/lambda.ts');

createServer(async (request, output) => {
  const event = {
    rawPath: new URL(request.url, 'http://lambda').pathname,
    requestContext: { http: { method: request.method } },
    headers: request.headers,
    body: (await buffer(request)).toString('base64'),
    isBase64Encoded: true,
  };
  await handler(event, output);
}).listen(Number(process.argv[2]), '127.0.0.1');
