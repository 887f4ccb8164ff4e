import { createGatehouse } from "../create-gatehouse.ts";
import { findProduct } from "./find-product.ts";
import { asksForHelp, reasonOf } from "./run-command.ts";

/** `gatehouse <command>`: hands the words to the product of this folder, whose settings and tables they are about. */
try {
  const words = process.argv.slice(2);
  // The list of commands is the same everywhere.
  const isList = words.length === 0 || asksForHelp(words);
  const product = isList ? createGatehouse() : await findProduct(process.cwd());
  process.exitCode = await product.command(words);
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
