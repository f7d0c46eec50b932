import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';

import { AppModule } from './app.module';
import { requireToken } from './require-token';

async function main(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { bodyParser: false });
  app.use(requireToken(process.env.PROXY_TOKEN));
  app.useBodyParser('json', { limit: '64kb' });
  await app.listen(process.env.PORT ?? 3000, '127.0.0.1');
}

void main();
