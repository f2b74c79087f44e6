/* SPDX-License-Identifier: MIT */
/* report.js - sorts the table; embedded by embed.c, and nothing needs it */
"use strict";

for (const table of document.querySelectorAll("table.sortable")) {
	const heads = [...table.tHead.rows[0].cells];
	const body = table.tBodies[0];

	const sort = (column, direction) => {
		const numeric = "number" in heads[column].dataset;
		const value = (row) => row.cells[column].textContent;
		const number = (row) => parseInt(value(row), 10) || 0;
		const compare = (a, b) => numeric
			? number(a) - number(b)
			: value(a).localeCompare(value(b));
		const rows = [...body.rows].sort((a, b) =>
			direction === "ascending" ? compare(a, b) : compare(b, a));

		body.append(...rows);
		heads.forEach((head) => head.removeAttribute("aria-sort"));
		heads[column].setAttribute("aria-sort", direction);
	};

	heads.forEach((head, column) => {
		const button = document.createElement("button");

		button.type = "button";
		button.append(...head.childNodes);
		head.append(button);
		button.addEventListener("click", () => {
			const first = "number" in head.dataset
				? "descending" : "ascending";
			const other = first === "ascending"
				? "descending" : "ascending";

			sort(column,
			     head.getAttribute("aria-sort") === first ? other : first);
		});
	});
}

/* A link to a group opens its first finding. */
const openTarget = () => {
	const target = document.querySelector(":target details.finding");

	if (target)
		target.open = true;
};

addEventListener("hashchange", openTarget);
openTarget();
