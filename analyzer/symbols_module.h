/* SPDX-License-Identifier: MIT */
/* symbols_module.h - opens the file that a log's module names, if it is it. */
#ifndef RSTWATCH_SYMBOLS_MODULE_H
#define RSTWATCH_SYMBOLS_MODULE_H

#include <elfutils/libdwfl.h>

/* dwfl is NULL where nothing can be looked up. */
struct symbols_module {
	Dwfl *dwfl;
	Dwfl_Module *module;
	_Bool is_stale; /* the file on disk is not of that build-id */
};

/*
 * Opens path, or where it is missing or its build-id isn't build_id (hex, ""
 * for none, NULL where unknown), the debug file of that build-id below one of
 * the absolute directories of callbacks->debuginfo_path. callbacks has to live
 * as long as the module.
 */
struct symbols_module symbols_module_open(const char *path,
					  const char *build_id,
					  const Dwfl_Callbacks *callbacks);

void symbols_module_close(struct symbols_module *m);

#endif
