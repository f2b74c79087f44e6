/* SPDX-License-Identifier: MIT */
/* log_store.h - the inside of a store of events, for those that fill it. */
#ifndef ANALYZER_LOG_STORE_H
#define ANALYZER_LOG_STORE_H

#include <json-c/json.h>

#include "log.h"
#include "strings.h"

struct log_store {
	struct strings *strings;
	json_tokener *tokener;
	struct log_event *events;
	size_t count;
	size_t room;
};

#endif
