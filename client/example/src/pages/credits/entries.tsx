import type { CreditEntry } from "@gatehouse/client";
import { When } from "../../parts/when.tsx";
import { credits } from "./words.ts";

export function Entries({ entries }: { entries: readonly CreditEntry[] }) {
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Why</th>
            <th scope="col" className="number">
              Credits
            </th>
            <th scope="col" className="number">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ id, amount, balanceAfter, reason, createdAt }) => (
            <tr key={id}>
              <td>
                <When at={createdAt} toTheMinute />
              </td>
              <td>{reason}</td>
              <td className={amount > 0 ? "number in" : "number"}>
                {amount > 0 ? "+" : "−"}
                {credits(Math.abs(amount))}
              </td>
              <td className="number">{credits(balanceAfter)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
