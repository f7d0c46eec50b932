import { BadRequestException, type PipeTransform } from '@nestjs/common';
import type { ChatMessage } from 'mistral-sdk';

const most = 50;

/** Takes text of a dialogue alone: instructions for the model (`system`) and tools are the server's to give. */
export class ReadMessages implements PipeTransform<unknown, ChatMessage[]> {
  transform(messages: unknown): ChatMessage[] {
    if (!Array.isArray(messages) || messages.length === 0 || messages.length > most) throw refusal();
    return (messages as unknown[]).map((message) => {
      const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown };
      if ((role !== 'user' && role !== 'assistant') || typeof content !== 'string') throw refusal();
      return { role, content };
    });
  }
}

const refusal = () =>
  new BadRequestException(`Send 1 to ${most} messages of "user" or "assistant", with text.`);
