/** A JSON document as whoever asked for it reads it: tests look into answers of every shape. */
// biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of the members it reads
export type Body = any;
