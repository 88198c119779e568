// Writes docs/openapi from the routes and schemas of every dialect.
import { mkdirSync, writeFileSync } from 'node:fs';
import { openapiDocuments } from './openapi-documents.ts';

const FOLDER = new URL('../docs/openapi/', import.meta.url);

mkdirSync(FOLDER, { recursive: true });
for (const [file, text] of await openapiDocuments()) writeFileSync(new URL(file, FOLDER), text);
