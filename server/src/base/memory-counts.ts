/** What a memory counts of itself, for metrics. */
export interface MemoryCounts {
  /** How much is in it now. */
  remembered: number;
  hits: number;
  /** Questions that it could not answer. */
  misses: number;
  /** What was forgotten because it might be true no longer; not what was pushed out or grew old. */
  drops: number;
}
