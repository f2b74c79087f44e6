# SPDX-License-Identifier: MIT
# Makefile - builds, tests and installs rstwatch; `make help` lists the targets.

VERSION := 0.1.0
B       ?= build
PREFIX  ?= /usr/local
libdir  ?= $(PREFIX)/lib
bindir  ?= $(PREFIX)/bin
datadir ?= $(PREFIX)/share
mandir  ?= $(datadir)/man
CC      ?= cc
CFLAGS  ?= -O2 -g
SAN     ?=
STORY   ?= all
# On the command line alone: in the environment it is a thing of gettext's.
DEMO_LANGUAGE := $(if $(filter command,$(origin LANGUAGE)),$(LANGUAGE),c)
CORES   := $(shell nproc 2>/dev/null || echo 1)
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 10

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wwrite-strings -Wundef -Werror
BASE := -std=gnu11 -D_GNU_SOURCE -DRSTWATCH_VERSION='"$(VERSION)"' -iquote include \
	$(WARN) -MMD -MP -fno-common $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all)
# Why each: clang with _FORTIFY_SOURCE hides some wrappers; default-model TLS
# may allocate; a wrapper must never be inlined into or bound to itself.
PRELOAD_FLAGS := -fPIC -fvisibility=hidden -ftls-model=initial-exec \
	-U_FORTIFY_SOURCE -fno-builtin -fno-omit-frame-pointer
LDSAN := $(if $(SAN),-fsanitize=$(SAN))

pc = $(shell pkg-config $(1) libpcap json-c libdw libelf libseccomp zlib libzstd 2>/dev/null)
objs = $(patsubst %.c,$(B)/obj/%.o,$(1))

SHARED_SRC   := $(addprefix preload/,cause.c names.c text.c message.c record.c payload.c \
	verdict.c rules_self.c rules_peer.c probe.c probe_diag.c diag.c \
	netlink.c near.c procfs.c holders.c inside.c exec.c only.c logpath.c cfi.c readable.c \
	temporary.c number.c)
PRELOAD_SRC  := $(wildcard preload/*.c)
ANALYZER_SRC := $(wildcard analyzer/*.c)
UNIT_SRC     := $(wildcard tests/unit/*.c)
LIB_SRC      := $(wildcard tests/lib/*.c)
PROG_SRC     := $(wildcard tests/preload/programs/*.c tests/preload/traps/*.c tests/e2e/programs/*.c)
RUNNER_SRC   := $(wildcard tests/preload/*.c tests/e2e/*.c tests/page/*.c)
FUZZ_SRC     := $(wildcard tests/fuzz/fuzz_*.c)
STORM_SRC    := $(wildcard tests/storm/*.c)
PLAYER_SRC   := $(wildcard tests/storm/player/*.c)
DEMO_SRC     := $(wildcard demo/*.c)
GO_STORIES   := refused keepalive late unread linger
# The analyzer's benchmark makes packets with the tests' builders.
ANALYZER_BENCH_SRC := $(wildcard tests/bench/analyze_*.c)
BENCH_SRC    := $(filter-out $(ANALYZER_BENCH_SRC),$(wildcard tests/bench/*.c))

SO       := $(B)/librstwatch.so
CMD      := $(B)/rstwatch
UNIT     := $(patsubst tests/%.c,$(B)/tests/%,$(UNIT_SRC))
PROGS    := $(patsubst tests/%.c,$(B)/tests/%,$(PROG_SRC))
BENCHES  := $(patsubst tests/%.c,$(B)/tests/%,$(BENCH_SRC))
ANALYZER_BENCHES := $(patsubst tests/%.c,$(B)/tests/%,$(ANALYZER_BENCH_SRC))
RUNNERS  := $(patsubst tests/%.c,$(B)/tests/%,$(RUNNER_SRC))
TRUTH    := $(B)/tests/storm/truth
PLAYER   := $(B)/tests/storm/player
FUZZERS  := $(patsubst tests/%.c,$(B)/tests/%,$(FUZZ_SRC))
SEEDS    := $(B)/tests/fuzz/seeds
DEMOS    := $(patsubst demo/%.c,$(B)/demo/bin/%,$(DEMO_SRC))
# What Go programs do under `run` is tested where Go is installed.
GO_HTTP  := $(if $(shell command -v go 2>/dev/null),$(B)/tests/go/http)
GO_DEMOS := $(patsubst %,$(B)/demo/bin/%-go,$(GO_STORIES))

.PHONY: all truth check-page tests unit-tests demo-programs fuzzers demo check sanitize sanitize-preload check-programs fuzz bench install uninstall deps lint format help clean
.DELETE_ON_ERROR:
.SECONDARY:
all: $(SO) $(CMD)
tests: $(UNIT) $(PROGS) $(RUNNERS) $(TRUTH) $(PLAYER) $(GO_HTTP)
unit-tests: $(UNIT)
demo-programs: $(if $(filter go,$(DEMO_LANGUAGE)),$(GO_DEMOS),$(DEMOS))
fuzzers: $(FUZZERS) $(SEEDS)

$(B)/obj/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(BASE) -iquote preload $(PRELOAD_FLAGS) -c $< -o $@
# What only a warning, a start or an end needs is kept small: the library is
# mapped into each process.
COLD := amount cause cfi config desc diag ends exec holder holders init inside libc logfile \
	logpath maps message names near netlink number only payload predict probe probe_diag \
	process procfs readable relatives rules_peer rules_self siblings stderr temporary thread \
	verdict watch watch_io watch_socket wrap_exec wrap_exit wrap_fork wrap_socket wrap_stdio \
	wrap_syscall
$(COLD:%=$(B)/obj/preload/%.o): CFLAGS += -Os
# What runs with signals held and calls nobody is never unwound through.
PURE := cause diag holder holders inside maps message names near netlink probe_diag procfs record \
	rules_peer rules_self siblings temporary text verdict
$(PURE:%=$(B)/obj/preload/%.o): CFLAGS += -fno-asynchronous-unwind-tables
# run looks for the installed preload there.
$(B)/obj/analyzer/run_preload.o: CPPFLAGS += -DRSTWATCH_LIBDIR='"$(libdir)"'
$(B)/obj/analyzer/%.o: analyzer/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(BASE) -iquote analyzer $(call pc,--cflags) -c $< -o $@
$(B)/obj/analyzer/embed.o: analyzer/report.css analyzer/report.js
$(B)/obj/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(BASE) -iquote preload -iquote analyzer -iquote tests/lib $(call pc,--cflags) -c $< -o $@
$(B)/obj/demo/%.o: demo/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(BASE) -c $< -o $@

# One object file each, linked twice: into the preload and into the command.
$(B)/librst.a: $(call objs,$(SHARED_SRC))
$(B)/libanalyzer.a: $(call objs,$(filter-out analyzer/main.c,$(ANALYZER_SRC)))
# The storm's judge is itself judged, by tests/unit/test_judge.c.
$(B)/libtests.a: $(call objs,$(LIB_SRC) $(filter-out tests/storm/truth.c,$(STORM_SRC)))
$(B)/%.a:
	@mkdir -p $(@D)
	$(call say,AR,$@)rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^)

$(SO): $(call objs,$(PRELOAD_SRC))
	$(call say,LINK,$@)$(CC) $(CFLAGS) -shared -Wl,-soname,librstwatch.so -Wl,-z,relro,-z,now,-z,noseparate-code -static-libgcc -Wl,--exclude-libs,ALL \
		$(if $(SAN),,-Wl,-z,defs) $(LDSAN) $(LDFLAGS) $^ -o $@ -ldl
$(CMD): $(B)/obj/analyzer/main.o $(B)/libanalyzer.a $(B)/librst.a
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ $(call pc,--libs) -ldl

$(UNIT) $(RUNNERS): $(B)/tests/%: $(B)/obj/tests/%.o $(B)/libtests.a $(B)/libanalyzer.a $(B)/librst.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ -lcmocka $(call pc,--libs) -ldl -lpthread
# A program without a main() of its own: libFuzzer's is linked to it.
$(FUZZERS): $(B)/tests/%: $(B)/obj/tests/%.o $(B)/obj/tests/fuzz/fuzz.o $(B)/libanalyzer.a $(B)/librst.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) -fsanitize=fuzzer $(LDFLAGS) $^ -o $@ $(call pc,--libs) -ldl
$(SEEDS) $(ANALYZER_BENCHES): $(B)/tests/%: $(B)/obj/tests/%.o $(B)/libtests.a $(B)/libanalyzer.a $(B)/librst.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ $(call pc,--libs) -ldl
$(TRUTH): $(B)/obj/tests/storm/truth.o $(B)/libtests.a $(B)/libanalyzer.a $(B)/librst.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ $(call pc,--libs) -ldl -lpthread
# The watched programs know nothing of rstwatch and link libc alone.
$(PROGS) $(BENCHES): $(B)/tests/%: $(B)/obj/tests/%.o
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ -lpthread
$(PLAYER): $(call objs,$(PLAYER_SRC))
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ -lpthread
$(DEMOS): $(B)/demo/bin/%: $(B)/obj/demo/%.o
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDSAN) $(LDFLAGS) $^ -o $@ -lpthread
# Static, without cgo: no libc to preload into.
GO_BUILD = CGO_ENABLED=0 GO111MODULE=off GOCACHE=$(abspath $(B))/go go build -trimpath
$(GO_DEMOS): $(B)/demo/bin/%-go: demo/go/%.go demo/go/tcp.go
	@mkdir -p $(@D)
	$(call say,GO,$<)$(GO_BUILD) -o $@ $^
$(B)/tests/go/http: tests/go/http.go
	@mkdir -p $(@D)
	$(call say,GO,$<)$(GO_BUILD) -o $@ $^

# deps may install what the recipes above need, so the work is a second make.
demo: deps
	$(Q)$(MAKE) -j$(CORES) --no-print-directory all demo-programs
	$(Q)B=$(B) DEMO_LANGUAGE=$(DEMO_LANGUAGE) demo/run.sh $(STORY)
check: deps
	$(Q)$(MAKE) -j$(CORES) --no-print-directory all tests demo-programs
	$(Q)B=$(B) tests/run.sh
sanitize: deps
	$(Q)$(MAKE) -j$(CORES) --no-print-directory B=$(B)/sanitized SAN=address,undefined unit-tests
	$(Q)B=$(B)/sanitized tests/run.sh unit
# Installs servers and needs root: too much for make check.
check-programs: deps
	$(Q)$(MAKE) -j$(CORES) --no-print-directory -s $(SO) $(PROGS)
	$(Q)B=$(B) tests/programs/run.sh $(PROGRAMS)
# The preload ring with an instrumented library in uninstrumented programs.
sanitize-preload: deps
	$(Q)$(MAKE) -j$(CORES) --no-print-directory tests
	$(Q)$(MAKE) -j$(CORES) --no-print-directory B=$(B)/asan SAN=address,undefined $(B)/asan/librstwatch.so
	$(Q)$(MAKE) -j$(CORES) --no-print-directory B=$(B)/tsan SAN=thread $(B)/tsan/librstwatch.so
	$(Q)B=$(B) CC='$(CC)' tests/sanitize.sh
# The HTML report in a real browser; too large an install for make check.
check-page:
	$(Q)tests/deps.sh $(DEPS) chromium:chromium
	$(Q)$(MAKE) -j$(CORES) --no-print-directory tests
	$(Q)B=$(B) tests/page/run.sh
fuzz: deps
	$(Q)tests/fuzz/deps.sh $(FUZZ_CC)
	$(Q)$(MAKE) -j$(CORES) --no-print-directory B=$(B)/fuzz CC=$(FUZZ_CC) SAN=fuzzer-no-link,address,undefined fuzzers
	$(Q)B=$(B)/fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh
bench: deps
	$(Q)$(MAKE) -j$(CORES) --no-print-directory $(SO) $(CMD) $(BENCHES) $(ANALYZER_BENCHES) $(GO_HTTP)
	$(Q)B=$(B) tests/bench/run.sh
	$(Q)B=$(B) tests/bench/analyze.sh

# X:Y, X is a pkg-config module or a command, Y the Debian package that has it.
DEPS := libpcap:libpcap-dev json-c:libjson-c-dev libdw:libdw-dev libseccomp:libseccomp-dev \
	libzstd:libzstd-dev zlib:zlib1g-dev cmocka:libcmocka-dev \
	pkill:procps vim:vim tcpdump:tcpdump ip:iproute2 unshare:util-linux nft:nftables \
	$(if $(filter go,$(DEMO_LANGUAGE)),go:golang-go)
deps:
	$(Q)tests/deps.sh $(DEPS)

install: all
	install -d '$(DESTDIR)$(libdir)' '$(DESTDIR)$(bindir)'
	install -m 644 $(SO) '$(DESTDIR)$(libdir)/librstwatch.so'
	install -m 755 $(CMD) '$(DESTDIR)$(bindir)/rstwatch'
	install -d $(addprefix '$(DESTDIR)$(mandir)'/,man1 man7)
	install -m 644 analyzer/man/*.1 '$(DESTDIR)$(mandir)/man1'
	install -m 644 preload/librstwatch.7 '$(DESTDIR)$(mandir)/man7'
	install -d '$(DESTDIR)$(libdir)/pkgconfig'
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(libdir)|' -e 's|@VERSION@|$(VERSION)|' \
		preload/rstwatch.pc.in >'$(DESTDIR)$(libdir)/pkgconfig/rstwatch.pc'
	install -d '$(DESTDIR)$(datadir)/bash-completion/completions' '$(DESTDIR)$(datadir)/zsh/site-functions'
	install -m 644 analyzer/completion/rstwatch.bash '$(DESTDIR)$(datadir)/bash-completion/completions/rstwatch'
	install -m 644 analyzer/completion/_rstwatch '$(DESTDIR)$(datadir)/zsh/site-functions/_rstwatch'

uninstall:
	rm -f '$(DESTDIR)$(libdir)/librstwatch.so' '$(DESTDIR)$(bindir)/rstwatch' \
		$(patsubst analyzer/man/%,'$(DESTDIR)$(mandir)/man1/%',$(wildcard analyzer/man/*.1)) \
		'$(DESTDIR)$(mandir)/man7/librstwatch.7' '$(DESTDIR)$(libdir)/pkgconfig/rstwatch.pc' \
		'$(DESTDIR)$(datadir)/bash-completion/completions/rstwatch' \
		'$(DESTDIR)$(datadir)/zsh/site-functions/_rstwatch'

# Three accounts of one storm held against each other; a seed after the other.
SEED   ?= 1 2 3
RESETS ?= 28000
STORM_SECONDS ?= 240
truth: deps
	$(Q)$(MAKE) --no-print-directory $(SO) $(TRUTH) $(PLAYER)
	$(Q)for seed in $(SEED); do \
		$(TRUTH) --seed $$seed --resets $(RESETS) --seconds $(STORM_SECONDS) $(if $(ONLY),--only $(ONLY)) $(if $(FAR),--far $(FAR)) || exit 1; done

lint:
	$(Q)tests/lint.sh
format:
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h')

help:
	@echo 'make              build $(SO) and $(CMD)'
	@echo 'make demo         run the stories of RST on real traffic; STORY=4, LANGUAGE=go'
	@echo 'make check        install what is missing, build, run every test'
	@echo 'make sanitize     the unit tests under ASan and UBSan'
	@echo 'make check-programs    real programs and test suites, with and without it'
	@echo 'make sanitize-preload  the preload ring with ASan and UBSan, with TSan'
	@echo 'make check-page   open the HTML report in headless Chromium and drive it'
	@echo 'make fuzz         any bytes as capture, packet, log; FUZZ_SECONDS=10 each'
	@echo 'make bench        measure what it costs'
	@echo 'make truth        hold every verdict against the kernel: SEED= RESETS= ONLY= FAR='
	@echo 'make lint         formatter, linters, layering'
	@echo 'make install      PREFIX= DESTDIR= honoured; make uninstall takes it away'
	@echo 'make deps         install what is missing (apt-get), or name it'
	@echo 'make clean        remove $(B)/'
clean:
	rm -rf $(B)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
