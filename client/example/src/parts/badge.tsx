export type Tone = "plain" | "good" | "warm" | "accent";

/** One word about something: a role, a tier, a state. */
export function Badge({ children, tone = "plain" }: { children: string; tone?: Tone }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}
