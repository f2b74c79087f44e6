/* SPDX-License-Identifier: MIT */
/* probe.js - drives the page as a reader would, and says what it found; of
   so many resets, on a page small enough to begin unfolded or not */
"use strict";

const height = document.body.offsetHeight; // laid out
const opened = performance.now();
const found = [];
const check = (name, holds) => found.push(`${holds ? "ok" : "not ok"} - ${name}`);
const rows = () => [...document.querySelectorAll("table.sortable tbody tr")];
const column = (i) => rows().map((row) => row.cells[i].textContent);
const sorted = (values) => values.every((v, i) =>
	i === 0 || values[i - 1].localeCompare(v) <= 0);

const heads = [...document.querySelectorAll("table.sortable th")];
const counts = column(0).map(Number);

check("the table begins with the most frequent",
      counts.every((n, i) => i === 0 || counts[i - 1] >= n));
heads.forEach((head, i) => {
	const button = head.querySelector("button");

	if (i === 0)
		return;
	button.focus();
	check(`a key reaches the head of column ${i}`,
	      document.activeElement === button);
	button.click();
	check(`column ${i} sorts upwards`, sorted(column(i)) &&
	      head.getAttribute("aria-sort") === "ascending");
	button.click();
	check(`column ${i} sorts downwards`, sorted(column(i).reverse()) &&
	      head.getAttribute("aria-sort") === "descending");
});

check("all resets are counted",
      counts.reduce((a, b) => a + b, 0) === resets);
check("all resets are there, in full or in one line",
      document.querySelectorAll("details.finding, details.rest li").length === resets);
check(isSmall ? "each kind's first finding is unfolded" : "findings begin folded",
      [...document.querySelectorAll(".group")].every((group) =>
	      group.querySelectorAll("details[open]").length === Number(isSmall)));

const first = document.querySelector("details.finding");

first.open = false;
first.querySelector("summary").click();
check("a finding unfolds", first.open);
check("its diagram is drawn",
      first.querySelector("svg").getBoundingClientRect().height > 100);
check("no text of it runs into another", (() => {
	const texts = [...first.querySelectorAll("svg text")]
		.map((text) => text.getBoundingClientRect());
	const meet = (a, b) => a.left < b.right && b.left < a.right &&
		a.top + 3 < b.bottom && b.top + 3 < a.bottom;

	return texts.every((a, i) => texts.every((b, k) => i >= k || !meet(a, b)));
})());
check("its diagram is not wider than the page",
      first.querySelector("svg").getBoundingClientRect().right <= innerWidth);
check("nothing untrusted became an element",
      [...document.querySelectorAll("b")].every((b) => b.textContent !== "odd"));
check("the page is no wider than the window",
      document.documentElement.scrollWidth <= innerWidth);
check("text stands out from its paper", (() => {
	const level = (colour) => {
		const [r, g, b] = colour.match(/[\d.]+/g).map(Number)
			.map((v) => v / 255)
			.map((v) => v <= 0.03928 ? v / 12.92
						 : ((v + 0.055) / 1.055) ** 2.4);

		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const style = getComputedStyle(document.body);
	const [dark, light] = [level(style.color), level(style.backgroundColor)]
		.sort((a, b) => a - b);

	return (light + 0.05) / (dark + 0.05) >= 7;
})());
check("every picture has a name for those who can't see it",
      [...document.querySelectorAll("svg:not([aria-hidden=true])")]
	      .every((svg) => svg.getAttribute("aria-label")));
check("all resets are open and laid out within two seconds",
      height > 1000 && opened < 2000);
check("nothing is loaded from anywhere",
      performance.getEntriesByType("resource").length === 0);

const list = document.createElement("pre");

list.id = "found";
list.textContent = found.join("\n");
document.body.replaceChildren(list);
