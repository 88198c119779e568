import type { Command } from 'commander';

export function addMigrateStoreCommand(_program: Command): void {}
