/** What the load process is told to do: all groups at the same time. */
export interface Order {
  groups: Group[];
  /** Null: until each request has been asked once. */
  seconds: number | null;
}

/** Callers who do the same thing. */
export interface Group {
  port: number;
  connections: number;
  /** Whole requests as they go over the wire, asked one after the other and then again. */
  requests: string[];
}

export interface GroupReport {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** How often each HTTP status came. */
  statuses: Record<string, number>;
}
