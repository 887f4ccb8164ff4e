import { errorOf } from "@gatehouse/client";

/** Why something was refused, in the server's own words, and what support needs to find it in the log. */
export function Refusal({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { message, requestId, fields } = errorOf(error);
  return (
    <div className="notice bad" role="alert">
      <p>{message}</p>
      {fields.map((field) => (
        <p key={field.path}>
          <strong>{field.path}</strong>: {field.message}
        </p>
      ))}
      {requestId !== null && (
        <p className="quiet">
          Request id <code>{requestId}</code>
        </p>
      )}
      {onRetry !== undefined && (
        <button className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
