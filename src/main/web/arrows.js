const ASIDE = { ArrowRight: 1, ArrowLeft: -1 };
const ACROSS = { ArrowDown: 1, ArrowUp: -1 };

/** Arrow keys move between the cards of a grid. @param {KeyboardEvent} event heard by the grid */
export function moveFocus(event) {
  const cards = /** @type {HTMLElement[]} */ (
    [...(/** @type {HTMLElement} */ (event.currentTarget)).querySelectorAll('.card')]);
  const index = cards.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const columns = cards.filter((card) => card.offsetTop === cards[0].offsetTop).length;
  const step = ASIDE[event.key] ?? (ACROSS[event.key] ?? 0) * columns;
  if (index >= 0 && step && cards[index + step]) {
    cards[index + step].focus();
    event.preventDefault();
  }
}
