import type { Page } from "playwright-core";

/** What WCAG 2.2 asks of text (1.4.3). */
const LEAST_CONTRAST = 4.5;

/**
 * It runs in the browser. A canvas turns every notation of a colour that CSS knows into red, green, blue and alpha; the
 * ground of a text is that of the nearest element around it that is not transparent.
 */
const EVERY_CONTRAST = `(() => {
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (color) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = color;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const linear = (part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const groundOf = (element) => {
    if (element === null) return [255, 255, 255, 255];
    const color = read(getComputedStyle(element).backgroundColor);
    return color[3] > 0 ? color : groundOf(element.parentElement);
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (text === "" || !element.checkVisibility() || element.closest(":disabled") !== null) continue;
    const lights = [luminance(read(getComputedStyle(element).color)), luminance(groundOf(element))];
    found.push({ text, contrast: (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05) });
  }
  return found;
})()`;

/** The texts of a page that are hard to read, with their contrast; and how many there are in all. */
export async function faintTexts(page: Page): Promise<{ faint: string[]; texts: number }> {
  const found = (await page.evaluate(EVERY_CONTRAST)) as { text: string; contrast: number }[];
  const faint = found.filter(({ contrast }) => contrast < LEAST_CONTRAST);
  return { faint: faint.map(({ text, contrast }) => `${contrast.toFixed(2)} ${text}`), texts: found.length };
}
