/** Something is on its way. Said to screen readers, drawn for everybody else. */
export function Waiting({ rows = 3 }: { rows?: number }) {
  return (
    <div className="waiting" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} />
      ))}
    </div>
  );
}
