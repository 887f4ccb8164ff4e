/**
 * Copies a text to the clipboard, where there is one. A machine without one is no failure: the text has been
 * printed already.
 *
 * @returns whether it was copied
 */
export async function copyToClipboard(text: string): Promise<boolean> {
  try {
    // Loaded only now: a server and most runs have no use for it.
    const { default: clipboard } = await import("clipboardy");
    await clipboard.write(text);
    return true;
  } catch {
    return false;
  }
}
