import { createMockMistral, type MockMistral } from 'mistral-sdk/testing';

const answer = `This is the mock API, which is no model: it says the same to everyone.

Cheese is milk that somebody had plans for. It is curdled, drained, salted, and left alone for a day or for three years, and comes out as a fresh chèvre or as an old Comté.

Say “fail” to see an error, or set MISTRAL_API_KEY to talk to a model.`;

const transcript =
  'Good evening, and welcome. Tonight we talk about how a page can show what a model says while it says it, and why the key stays at home.';

/** The mock API at about the speed of a model, with an error for those who ask for one. */
export function createMock(eventDelayMs = 40): MockMistral {
  return createMockMistral(
    {
      'chat.stream'({ body }, [first, ...usual]) {
        const { messages } = body as { messages: { content: string }[] };
        if (/fail/i.test(messages.at(-1)?.content ?? ''))
          return Response.json({ message: 'Too many requests, as you asked for' }, { status: 429 });
        const words = wordsOf(answer).map((content) => ({
          ...first!,
          choices: [{ index: 0, delta: { content }, finish_reason: null }],
        }));
        return [first!, ...words, usual.at(-1)!];
      },
      'audio.transcriptions.stream': (_, usual) => [
        ...wordsOf(transcript).map((text) => ({ type: 'transcription.text.delta' as const, text })),
        { ...usual.at(-1)!, text: transcript },
      ],
    },
    { eventDelayMs },
  );
}

const wordsOf = (text: string): string[] => text.match(/\S+\s*/g) ?? [];
