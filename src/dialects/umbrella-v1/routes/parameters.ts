import { z } from 'zod';

// What the OpenAPI document says of parameters that several routes take.

export const WINDOW = {
  start: z.string().optional().describe('Start of the window, epoch seconds; 24 hours before its end when absent.'),
  stop: z.string().optional().describe('End of the window, epoch seconds; now when absent.'),
  end: z.string().optional().describe('The same as `stop`.'),
};

export function limitParameter({ absent, most }: { readonly absent: number; readonly most: number }) {
  return z.string().optional().describe(`Most records to answer, ${absent} when absent, at most ${most}.`);
}

export const OFFSET = z.string().optional().describe('Records to skip.');
