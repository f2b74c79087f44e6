/* SPDX-License-Identifier: MIT */
/* reader.c - what a screen reader and a keyboard get of the page. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json.h>

/*
 * usage: reader PROFILE URL. Chromium is driven by its DevTools protocol over a
 * pipe: JSON that ends in a NUL, to its descriptor 3 and from its 4. Prints a
 * line for each claim, "ok - it holds".
 */
static FILE *to, *from;
static char session[256];
static pid_t browser;

static void die(const char *why)
{
	printf("not ok - %s\n", why);
	exit(1);
}

static void at_alarm(int signal)
{
	(void)signal;
	kill(browser, SIGKILL);
}

static void start(const char *profile)
{
	int in[2], out[2];
	char dir[4096];

	snprintf(dir, sizeof(dir), "--user-data-dir=%s", profile);
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		die("no pipe");
	browser = fork();
	if (browser == 0) {
		/* First out of the way of each other. */
		int reads = fcntl(in[0], F_DUPFD, 10);
		int writes = fcntl(out[1], F_DUPFD, 10);

		dup2(reads, 3);
		dup2(writes, 4);
		execlp("chromium", "chromium", "--headless", "--no-sandbox",
		       "--disable-gpu", "--disable-quic", "--no-first-run",
		       "--disable-background-networking", "--disable-sync",
		       "--disable-component-update", "--remote-debugging-pipe",
		       dir, NULL);
		_exit(127);
	}
	to = fdopen(in[1], "w");
	from = fdopen(out[0], "r");
	close(in[0]);
	close(out[1]);
	if (browser < 0 || !to || !from)
		die("no browser");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, at_alarm);
	alarm(60);
}

/* The next message, which the caller puts. */
static json_object *next(void)
{
	static char *text;
	static size_t size;
	json_object *o;

	if (getdelim(&text, &size, '\0', from) <= 0)
		die("the browser ended");
	o = json_tokener_parse(text);
	if (!o)
		die("the browser says no JSON");
	return o;
}

/* By a path of keys: "result.value". */
static json_object *at(json_object *o, const char *path)
{
	char key[64];

	while (o && *path) {
		size_t n = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		o = json_object_object_get(o, key);
		path += n + (path[n] == '.');
	}
	return o;
}

static const char *text_at(json_object *o, const char *path)
{
	const char *s = json_object_get_string(at(o, path));

	return s ? s : "";
}

/* Calls a method and waits for its result, which the caller puts. */
static json_object *call(const char *method, const char *params)
{
	static int id;

	id++;
	fprintf(to, "{\"id\":%d,\"method\":\"%s\",\"params\":%s%s%s%s}%c", id,
		method, params, *session ? ",\"sessionId\":\"" : "", session,
		*session ? "\"" : "", '\0');
	fflush(to);
	for (;;) {
		json_object *o = next();

		if (json_object_get_int(at(o, "id")) == id)
			return o;
		json_object_put(o);
	}
}

static void await_event(const char *method)
{
	bool has_come = false;

	while (!has_come) {
		json_object *o = next();

		has_come = !strcmp(text_at(o, "method"), method);
		json_object_put(o);
	}
}

static void open_page(const char *url)
{
	char params[4096];
	json_object *o =
		call("Target.createTarget", "{\"url\":\"about:blank\"}");

	snprintf(params, sizeof(params),
		 "{\"targetId\":\"%s\",\"flatten\":true}",
		 text_at(o, "result.targetId"));
	json_object_put(o);
	o = call("Target.attachToTarget", params);
	snprintf(session, sizeof(session), "%s",
		 text_at(o, "result.sessionId"));
	json_object_put(o);
	json_object_put(call("Page.enable", "{}"));
	snprintf(params, sizeof(params), "{\"url\":\"%s\"}", url);
	json_object_put(call("Page.navigate", params));
	await_event("Page.loadEventFired");
}

static void check(const char *claim, bool holds)
{
	printf("%s - %s\n", holds ? "ok" : "not ok", claim);
}

/* How many of a role the reader meets, and how many of them have no name. */
struct role {
	const char *name;
	size_t count, nameless;
};

static void count_role(json_object *nodes, struct role *role)
{
	for (size_t i = 0; i < json_object_array_length(nodes); i++) {
		json_object *node = json_object_array_get_idx(nodes, i);

		if (json_object_get_boolean(at(node, "ignored")) ||
		    strcmp(text_at(node, "role.value"), role->name) != 0)
			continue;
		role->count++;
		role->nameless += !*text_at(node, "name.value");
	}
}

static void check_role(json_object *nodes, const char *name, size_t least)
{
	struct role role = {.name = name};
	char claim[160];

	count_role(nodes, &role);
	snprintf(claim, sizeof(claim),
		 "a screen reader meets %zu of role %s, each with a name",
		 role.count, name);
	check(claim, role.count >= least && role.nameless == 0);
}

static bool has(json_object *nodes, const char *role, const char *name)
{
	for (size_t i = 0; i < json_object_array_length(nodes); i++) {
		json_object *node = json_object_array_get_idx(nodes, i);

		if (!strcmp(text_at(node, "role.value"), role) &&
		    !strncmp(text_at(node, "name.value"), name, strlen(name)))
			return true;
	}
	return false;
}

static void listen_to_it(void)
{
	static const char *const headings[] = {"TCP resets", "Summary", "When",
					       "Where", "Each of them"};
	static const char *const heads[] = {
		"Resets",    "Cause",	     "Program",	      "Call",
		"Call site", "Unread bytes", "Unacked bytes", "Peer"};
	json_object *o = call("Accessibility.getFullAXTree", "{}");
	json_object *nodes = at(o, "result.nodes");
	bool has_all = nodes;

	for (size_t i = 0; has_all && i < 5; i++)
		has_all = has(nodes, "heading", headings[i]);
	check("a screen reader can go from heading to heading", has_all);
	for (size_t i = 0; has_all && i < 8; i++)
		has_all = has(nodes, "columnheader", heads[i]) &&
			  has(nodes, "button", heads[i]);
	check("each column has a head that says what it is", has_all);
	check_role(nodes, "heading", 5 + 8);
	check_role(nodes, "table", 0);
	check_role(nodes, "image", 1);
	check_role(nodes, "DisclosureTriangle", 8);
	check_role(nodes, "link", 8);
	check_role(nodes, "button", 8);
	check("the timeline is told in words",
	      has(nodes, "image", "10000 findings within"));
	check("a link says where it leads",
	      has(nodes, "link", "unread-data, 1250 times: server close()"));
	json_object_put(o);
}

/* What an expression of the page is, as text; it lasts until the next call. */
static const char *page_says(const char *expression)
{
	static char answer[512];
	char params[1024];
	json_object *o;

	snprintf(params, sizeof(params), "{\"expression\":\"String(%s)\"}",
		 expression);
	o = call("Runtime.evaluate", params);
	snprintf(answer, sizeof(answer), "%s",
		 text_at(o, "result.result.value"));
	json_object_put(o);
	return answer;
}

static void press(const char *key, int code, const char *text)
{
	char params[256];

	snprintf(params, sizeof(params),
		 "{\"type\":\"%s\",\"key\":\"%s\",\"code\":\"%s\","
		 "\"windowsVirtualKeyCode\":%d,\"text\":\"%s\"}",
		 *text ? "keyDown" : "rawKeyDown", key, key, code, text);
	json_object_put(call("Input.dispatchKeyEvent", params));
	snprintf(params, sizeof(params),
		 "{\"type\":\"keyUp\",\"key\":\"%s\",\"code\":\"%s\","
		 "\"windowsVirtualKeyCode\":%d}",
		 key, key, code);
	json_object_put(call("Input.dispatchKeyEvent", params));
}

enum { TABS_MAX = 40 };

/* Goes on by Tab until the focus is on such an element: how many it took. */
static int tab_to(const char *expression)
{
	for (int i = 1; i <= TABS_MAX; i++) {
		press("Tab", 9, "");
		if (!strcmp(page_says(expression), "true"))
			return i;
	}
	return TABS_MAX + 1;
}

static void type_to_it(void)
{
	check("Tab goes through what to change",
	      tab_to("document.activeElement.matches('.changes li:last-child "
		     "a')") == 5);
	check("Tab reaches the table and its first head",
	      tab_to("document.activeElement.matches('th button')") <= 2);
	check("Tab goes from head to head",
	      tab_to("document.activeElement.textContent === 'Program'") == 2);
	press("Enter", 13, "\\r");
	check("Enter sorts by the head that has the focus",
	      !strcmp(page_says("document.activeElement.closest('th')"
				".getAttribute('aria-sort')"),
		      "ascending"));
	check("the focus is to be seen",
	      strcmp(page_says("getComputedStyle(document.activeElement)"
			       ".outlineStyle"),
		     "none") != 0);
	check("Tab goes on to the links of the rows",
	      tab_to("document.activeElement.matches('td a')") <= 6);
	check("Tab goes on to the findings",
	      tab_to("document.activeElement.matches('.finding summary')") <=
		      TABS_MAX);
	press("Enter", 13, "\\r");
	check("Enter folds the finding that has the focus",
	      !strcmp(page_says("document.activeElement.parentElement.open"),
		      "false"));
	press("Enter", 13, "\\r");
	check("Enter unfolds it again",
	      !strcmp(page_says("document.activeElement.parentElement.open"),
		      "true"));
}

/* Nothing can be unfolded on paper, and a dark page wastes ink. */
static void print_it(void)
{
	static const char told[] =
		"[...document.querySelectorAll('.group')].every((group) => "
		"group.querySelector('.finding .ladder').checkVisibility() && "
		"!group.querySelectorAll('.finding .ladder')[1]"
		".checkVisibility())";

	check("on the screen all but the first are folded",
	      !strcmp(page_says(told), "false"));
	json_object_put(call("Emulation.setEmulatedMedia",
			     "{\"media\":\"print\",\"features\":[{\"name\":"
			     "\"prefers-color-scheme\",\"value\":\"dark\"}]}"));
	check("on paper the first of each kind is told in full",
	      !strcmp(page_says(told), "true"));
	check("on paper the page is light",
	      !strcmp(page_says("getComputedStyle(document.body)"
				".backgroundColor"),
		      "rgb(255, 255, 255)"));
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: reader PROFILE URL\n", stderr);
		return 2;
	}
	start(argv[1]);
	open_page(argv[2]);
	listen_to_it();
	type_to_it();
	print_it();
	*session = '\0';
	fprintf(to, "{\"id\":99999,\"method\":\"Browser.close\"}%c", '\0');
	fflush(to);
	waitpid(browser, NULL, 0);
	return 0;
}
