/** Something that goes on beside requests. */
export interface Worker {
  /** Takes no new work and resolves when what is under way has ended. */
  stop(): Promise<void>;
}
