import { pipeline } from 'node:stream/promises';

import { Body, Controller, Post, Res, UseFilters } from '@nestjs/common';
import type { Response } from 'express';
import { Mistral, type ChatMessage } from 'mistral-sdk';

import { ChatErrorFilter } from './chat-error.filter';
import { ReadMessages } from './read-messages';

/** Passes a chat on as server-sent events. How many requests a visitor may send is for `@nestjs/throttler`, or a gateway. */
@Controller('chat')
@UseFilters(ChatErrorFilter)
export class ChatController {
  constructor(private readonly mistral: Mistral) {}

  @Post()
  async chat(
    @Body('messages', ReadMessages) messages: ChatMessage[],
    @Res() response: Response,
  ): Promise<void> {
    // A visitor who disconnects ends the request to the API, also before its response begins.
    const gone = new AbortController();
    response.once('close', () => gone.abort());

    // Awaited, so that what the API refuses has a status, and is not a stream that breaks.
    const stream = await this.mistral.chat.stream(
      { model: 'mistral-small-latest', messages, max_tokens: 1_024 },
      { signal: gone.signal },
    );
    response.type('text/event-stream');
    await pipeline(stream.toReadableStream(), response);
  }
}
