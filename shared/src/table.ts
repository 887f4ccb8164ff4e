/**
 * Adds rows to a table that is read everywhere: all of them, or none.
 *
 * @throws Error naming a row that is there already and says something else
 */
export function addRows<Row>(table: Record<string, Row>, rows: Readonly<Record<string, Row>>): void {
  for (const [name, row] of Object.entries(rows)) {
    const there = Object.hasOwn(table, name) ? table[name] : undefined;
    if (there !== undefined && JSON.stringify(there) !== JSON.stringify(row))
      throw new Error(`${name} is there already, and means something else`);
  }
  Object.assign(table, rows);
}
