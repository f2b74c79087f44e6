/* SPDX-License-Identifier: MIT */
/* probe.js - drives the page as a reader would, and says what it found */
"use strict";

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
      counts.reduce((a, b) => a + b, 0) === 10000);
check("all resets are there, in full or in one line",
      document.querySelectorAll("details.finding, details.rest li").length === 10000);
check("findings begin folded",
      !document.querySelector("details[open]"));

const first = document.querySelector("details.finding");

first.querySelector("summary").click();
check("a finding unfolds", first.open);
check("its diagram is drawn",
      first.querySelector("svg").getBoundingClientRect().height > 100);
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
      [...document.querySelectorAll("svg")]
	      .every((svg) => svg.getAttribute("aria-label")));
check("ten thousand resets are open within two seconds",
      opened < 2000);
check("nothing is loaded from anywhere",
      performance.getEntriesByType("resource").length === 0);

const list = document.createElement("pre");

list.id = "found";
list.textContent = found.join("\n");
document.body.replaceChildren(list);
