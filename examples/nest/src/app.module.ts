import { Module } from '@nestjs/common';
import { Mistral } from 'mistral-sdk';

import { ChatController } from './chat.controller';

@Module({
  controllers: [ChatController],
  // One client for the whole app; in a test, `overrideProvider(Mistral)` puts one with a mock in its place.
  providers: [{ provide: Mistral, useFactory: () => new Mistral() }],
})
export class AppModule {}
