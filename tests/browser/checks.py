"""What is wanted of every page, as expressions for a browser: each finds what is wrong, and nothing when all is well."""

from __future__ import annotations

WIDTHS = (400, 768, 1280, 1920)
#: How wide the page is, and what reaches beyond it, unless it scrolls by itself or is hidden on purpose.
OVERFLOW = """(() => {
  const width = document.documentElement.clientWidth;
  const beyond = [...document.body.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const hidden = style.position === 'absolute' || element.closest('thead, caption, .skip');
    return !hidden && box.width > 0 && (box.right > width + 1 || box.left < -1);
  });
  return {page: document.documentElement.scrollWidth - width,
          beyond: beyond.slice(0, 5).map(e => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`)};
})()"""
#: Text that is wider than the box it stands in, or lies over its neighbour's.
CLIPPED = """[...document.querySelectorAll('th, td, dd, li, p, h1, h2, h3')]
  .filter(e => getComputedStyle(e).position !== 'absolute' && !e.closest('thead, caption') && e.clientWidth > 0
               && e.scrollWidth > e.clientWidth + 1)
  .slice(0, 5).map(e => `${e.tagName}: ${e.textContent.slice(0, 60)}`)"""
#: Words with too little contrast against what lies behind them, by the measure of WCAG 2: 4.5 for text.
FAINT = """(() => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const ink = e => e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color;
  const faint = new Set();
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const unseen = ['title', 'desc'].includes(element.tagName);
    if (!own || unseen || element.classList.contains('here') || element.classList.contains('skip')) continue;
    const [a, b] = [light(parse(ink(element))), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.getAttribute('class')} ${contrast.toFixed(2)}`);
  }
  return [...faint].slice(0, 8);
})()"""
