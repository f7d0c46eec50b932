import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { Response } from 'express';
import { APIError } from 'mistral-sdk';

/** Passes on what the API refuses, with its status. All else is Nest's to report. */
@Catch()
export class ChatErrorFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    // The visitor has disconnected, or a reply that broke off has cut the connection, which tells the page.
    if (response.destroyed) return;
    // That the server's own key is refused does not concern the visitor, whose token is right.
    const isForVisitor = error instanceof APIError && error.status !== 401 && error.status !== 403;
    if (isForVisitor) response.status(error.status).json(error.body ?? null);
    else super.catch(error, host);
  }
}
