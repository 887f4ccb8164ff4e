const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const MINUTE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const SECOND = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

/** An instant for people: its day, or its minute where order matters. The precise one stands in its title. */
export function When({ at, toTheMinute = false }: { at: string; toTheMinute?: boolean }) {
  const instant = new Date(at);
  return (
    <time dateTime={at} title={SECOND.format(instant)}>
      {(toTheMinute ? MINUTE : DAY).format(instant)}
    </time>
  );
}
