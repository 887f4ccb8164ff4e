import { z } from "zod";
import { MOST_CREDITS } from "./credits.ts";
import { nameOf } from "./fields.ts";

/** An amount of money in the smallest unit of its currency: 1000 of `usd` are ten dollars, 1000 of `jpy` a thousand yen. */
export const Price = z
  .object({
    amount: z.int().min(1).max(99_999_999),
    currency: z.string().regex(/^[a-z]{3}$/, "Three lower case letters, such as usd"),
  })
  .meta({ id: "Price" });
export type Price = z.infer<typeof Price>;

/** Credits as they are sold. */
export const CreditPack = z
  .object({
    id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, "Lower case letters, digits, - and _"),
    name: nameOf(100),
    credits: z.int().min(1).max(MOST_CREDITS),
    price: Price,
  })
  .meta({ id: "CreditPack" });
export type CreditPack = z.infer<typeof CreditPack>;

/** What a price list may be: packs with different ids, as an array or under `items`. */
export const PriceList = z
  .union([z.array(CreditPack), z.object({ items: z.array(CreditPack) }).transform(({ items }) => items)])
  .refine((packs) => packs.length > 0, "No pack")
  .refine((packs) => new Set(packs.map(({ id }) => id)).size === packs.length, "Two packs have one id");

/** What is sold where the operator has no list of his own. */
export const DEFAULT_PACKS: readonly CreditPack[] = [
  { id: "starter", name: "Starter", credits: 1_000, price: { amount: 1_000, currency: "usd" } },
  { id: "team", name: "Team", credits: 5_500, price: { amount: 5_000, currency: "usd" } },
  { id: "business", name: "Business", credits: 24_000, price: { amount: 20_000, currency: "usd" } },
];
