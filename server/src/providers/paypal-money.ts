/** PayPal writes money as a decimal text and a currency in upper case. */
export interface PaypalMoney {
  value: string;
  currency_code: string;
}

/** These have no smaller unit at PayPal. */
const WHOLE_AT_PAYPAL = new Set(["HUF", "JPY", "TWD"]);

export function toPaypalMoney({ amount, currency }: { amount: number; currency: string }): PaypalMoney {
  const code = currency.toUpperCase();
  const digits = digitsOf(code);
  const text = String(amount).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const part = text.slice(text.length - digits);
  if (WHOLE_AT_PAYPAL.has(code)) {
    if (/[1-9]/.test(part)) throw new Error(`PayPal takes no part of one ${code}`);
    return { value: whole, currency_code: code };
  }
  return { value: digits === 0 ? whole : `${whole}.${part}`, currency_code: code };
}

/** In the currency's smallest unit; null for a text that is no amount of it. */
export function fromPaypalMoney({ value, currency_code }: PaypalMoney): number | null {
  const digits = digitsOf(currency_code.toUpperCase());
  const [, whole = "", part = ""] = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(value) ?? [];
  if (whole === "") return null;
  // Never by way of a fraction: 0.1 + 0.2 is not 0.3.
  const rest = part.slice(digits);
  if (/[1-9]/.test(rest)) return null;
  return Number(whole + part.slice(0, digits).padEnd(digits, "0"));
}

function digitsOf(code: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency: code });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
