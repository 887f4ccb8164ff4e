import type { FormEvent } from "react";

/** Handles a form's `submit`: its fields as text, and no page load. */
export function submitted(handle: (fields: FormData) => void): (event: FormEvent<HTMLFormElement>) => void {
  return (event) => {
    event.preventDefault();
    handle(new FormData(event.currentTarget));
  };
}

/** The trimmed text of a field. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value.trim() : "";
}
