/** Servers keep a plan per name and connection, a few kilobytes each; a thousand is far above what the code has. */
const MOST_NAMES = 1000;

/**
 * Names statements, so that PostgreSQL parses and plans each only once per connection.
 *
 * A text gets its name the second time it comes by. A text that comes once (a list of another length each time, a
 * migration) would fill the server's memory with plans that nobody asks for again; such texts stay nameless.
 *
 * @returns the statement's name; "" is PostgreSQL's nameless statement
 */
export function statementNames(most: number = MOST_NAMES): (statement: { sql: string }) => string {
  const names = new Map<string, string>();
  const seenOnce = new Set<string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    // A name is never given to another text: connections that know it would run the old one.
    if (names.size >= most) return "";
    if (!seenOnce.delete(sql)) {
      if (seenOnce.size >= most) seenOnce.clear();
      seenOnce.add(sql);
      return "";
    }
    const name = `gatehouse_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
