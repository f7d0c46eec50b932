import { createHash, timingSafeEqual } from 'node:crypto';

import type { NextFunction, Request, Response } from 'express';

/** Asks visitors for a token of this server, before anything of a body is read. It is not the API key, which stays here. */
export function requireToken(token: string | undefined) {
  if (!token)
    throw new Error('Set PROXY_TOKEN: without a token, anyone who finds this server spends your money.');
  // Digests have one length, so that a comparison says nothing about the token.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${token}`);

  return ({ headers }: Request, response: Response, next: NextFunction): void => {
    if (timingSafeEqual(digest(headers.authorization ?? ''), expected)) next();
    else
      response
        .status(401)
        .set('www-authenticate', 'Bearer')
        .json({ message: 'Send the token of this server.' });
  };
}
