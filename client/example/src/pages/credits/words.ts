import type { Price } from "@gatehouse/client";

const WHOLE = new Intl.NumberFormat();

export function credits(amount: number): string {
  return WHOLE.format(amount);
}

/** Money comes in the smallest unit of its currency, and only Intl knows how many of them there are. */
export function money({ amount, currency }: Price): string {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
