import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** One call of a procedure. Who called is told by the kind only: a label for each user would be a table of users. */
export interface MeasuredCall {
  procedure: string;
  /** `OK`, or the code that was answered. */
  code: string;
  principal: string;
  seconds: number;
}

/** A number that somebody else keeps. It is asked for whenever somebody looks. */
export interface WatchedNumber {
  name: string;
  help: string;
  kind: "gauge" | "counter";
  /** One number; or several, by the value of one label. Null: there is none now. */
  label?: string;
  read: () => number | null | Readonly<Record<string, number>>;
}

/** What this server counts of itself, for Prometheus. docs/operate.md names and explains all of it. */
export interface Metrics {
  called: (call: MeasuredCall) => void;
  /** An answer has left, whichever way in it was for. */
  answered: (method: string, status: number) => void;
  /** A credential was looked at: what it is, and the code of its refusal, or `accepted`. */
  judged: (credential: string, result: string) => void;
  /** A webhook has come. */
  received: (provider: string, outcome: string) => void;
  jobRan: (job: string, result: "done" | "elsewhere" | "failed", at: Date) => void;
  watch: (numbers: readonly WatchedNumber[]) => void;
  /** Everything in Prometheus' text format, whose content type is `contentType`. */
  text: () => Promise<string>;
  contentType: string;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]);
/** In seconds, close together where most calls are answered. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** A registry of its own, so that two servers in one process do not count for each other. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Memory, processor time, garbage collection, open files, and how late the event loop is.
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: "gatehouse_calls_total",
    help: "Calls of procedures, by procedure, code answered and kind of caller",
    labelNames: ["procedure", "code", "principal"],
    registers,
  });
  const seconds = new Histogram({
    name: "gatehouse_call_seconds",
    help: "How long procedures took",
    labelNames: ["procedure"],
    buckets: BUCKETS,
    registers,
  });
  const answers = new Counter({
    name: "gatehouse_http_answers_total",
    help: "HTTP answers of every kind, by method and status",
    labelNames: ["method", "status"],
    registers,
  });
  const credentials = new Counter({
    name: "gatehouse_credentials_total",
    help: "Credentials that were looked at, by kind and result",
    labelNames: ["credential", "result"],
    registers,
  });
  const webhooks = new Counter({
    name: "gatehouse_webhooks_total",
    help: "Webhooks received, by provider and outcome",
    labelNames: ["provider", "outcome"],
    registers,
  });
  // Not "job": Prometheus gives every row a label of that name, which says where the row was read.
  const jobs = new Counter({
    name: "gatehouse_job_runs_total",
    help: "Runs of periodic jobs; elsewhere: another server was at it",
    labelNames: ["name", "result"],
    registers,
  });
  const jobDoneAt = new Gauge({
    name: "gatehouse_job_done_timestamp_seconds",
    help: "When a periodic job last succeeded on this server",
    labelNames: ["name"],
    registers,
  });
  return {
    called: ({ procedure, code, principal, seconds: took }) => {
      calls.inc({ procedure, code, principal });
      seconds.observe({ procedure }, took);
    },
    answered: (method, status) =>
      // The method is the caller's own text: made-up ones must not each become a row.
      answers.inc({ method: METHODS.has(method) ? method : "other", status: String(status) }),
    judged: (credential, result) => credentials.inc({ credential, result }),
    received: (provider, outcome) => webhooks.inc({ provider, outcome }),
    jobRan: (job, result, at) => {
      jobs.inc({ name: job, result });
      if (result === "done") jobDoneAt.set({ name: job }, at.getTime() / 1_000);
    },
    watch: (numbers) => {
      for (const each of numbers) watchNumber(each, registers);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function watchNumber({ name, help, kind, label, read }: WatchedNumber, registers: Registry[]): void {
  const labelNames = label === undefined ? [] : [label];
  const collect = (): void => {
    metric.reset();
    const value = read();
    if (value === null) metric.remove();
    else if (typeof value === "number") metric.inc(value);
    else for (const [row, number] of Object.entries(value)) metric.inc({ [label ?? "of"]: row }, number);
  };
  const options = { name, help, labelNames, registers, collect };
  const metric = kind === "gauge" ? new Gauge(options) : new Counter(options);
}
