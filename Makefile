# pgwhy: make | make demo | make check | make asan | make lint | make fuzz | make bench | make install PREFIX= DESTDIR=
VERSION   = $(shell sed -n 's/.*PGWHY_VERSION "\(.*\)"/\1/p' include/base/version.h)
PREFIX   ?= /usr/local
BUILD    ?= build/release
CFLAGS   ?= -O2 -g
WARNINGS  = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
ALL_CFLAGS = -std=c11 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE $(WARNINGS) -Iinclude -pthread -MMD -MP

# The floors, bottom up: which floors each one knows, and the libraries only it may see (tests/floors.sh holds the words).
FLOORS       = base core sql plan advise view panes report store pg term app
KNOWS_base   = base
KNOWS_core   = base core
KNOWS_sql    = base core sql
KNOWS_plan   = base core sql plan
KNOWS_advise = base core sql plan advise
KNOWS_view   = base core sql plan advise view
KNOWS_panes  = base core sql plan advise view panes
KNOWS_report = base core sql plan advise view report
KNOWS_store  = base store
KNOWS_pg     = base core sql plan advise pg
KNOWS_term   = base core view term
KNOWS_app    = $(FLOORS)
LIBS_sql     = -lpg_query -ljansson
LIBS_plan    = -lyajl
LIBS_report  = -ljansson
LIBS_store   = $(shell pkg-config --libs sqlite3)
LIBS_pg      = $(shell pkg-config --libs libpq)
LIBS_term    = $(shell pkg-config --libs ncursesw readline)
CFLAGS_store = $(shell pkg-config --cflags sqlite3)
CFLAGS_pg    = $(shell pkg-config --cflags libpq)
CFLAGS_term  = $(shell pkg-config --cflags-only-I ncursesw)
# What links against a floor: its own archive and those it knows, top down, and their libraries.
link = $(foreach f,$(call reverse,$(KNOWS_$(1))),$(BUILD)/lib$(f).a) $(foreach f,$(KNOWS_$(1)),$(LIBS_$(f))) -lm -pthread
archives = $(foreach f,$(KNOWS_$(1)),$(BUILD)/lib$(f).a)
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))

all: $(BUILD)/pgwhy
$(BUILD)/pgwhy: $(call archives,app)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(call link,app)

# One archive a floor. What is written in the users' languages (queries, themes, keys, demo) is embedded as C.
GENERATED_pg   = queries:src/queries/*.sql
GENERATED_view = themes:themes/*
GENERATED_app  = demo:src/app/demo/*.sql completion:src/app/completion/*sh
define floor
$(1)_GEN = $(foreach g,$(GENERATED_$(1)),$(BUILD)/gen/$(firstword $(subst :, ,$(g))).c)
$(1)_OBJ = $$(patsubst src/%.c,$(BUILD)/%.o,$$(sort $$(wildcard src/$(1)/*.c src/$(1)/*/*.c))) $$($(1)_GEN:.c=.o)
$(BUILD)/lib$(1).a: $$($(1)_OBJ)
	@rm -f $$@; $(AR) rcs $$@ $$^
$(BUILD)/$(1)/%.o: src/$(1)/%.c
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) $$(CFLAGS_$(1)) $(CFLAGS) -c -o $$@ $$<
endef
$(foreach f,$(FLOORS),$(eval $(call floor,$(f))))
embed = $(BUILD)/gen/$(firstword $(subst :, ,$(1))).c: src/embed.awk $(wildcard $(lastword $(subst :, ,$(1))))
$(foreach f,$(FLOORS),$(foreach g,$(GENERATED_$(f)),$(eval $(call embed,$(g)))))
$(BUILD)/gen/%.c:
	@mkdir -p $(@D)
	LC_ALL=C awk -v table=$* -f $^ > $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(CC) $(ALL_CFLAGS) $(CFLAGS) -c -o $@ $<

# Tests: a unit test links the floors its own floor knows and nothing else; the other kinds link pg's. WITH_: what they use besides.
WITH_term = tests/tty/terminal.c -lvterm -lutil
WITH_tty  = $(WITH_term)
WITH_cli  = tests/cli/cli.c -ljansson
tests  = $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard $(foreach k,$(1),tests/$(k)/$(2)*.c))))
UNIT   = $(foreach f,$(FLOORS),$(call tests,unit/$(f),test_))
OTHERS = $(call tests,server cli tty,test_)
BENCHES = $(filter-out %/floor,$(call tests,bench))
define test
$(BUILD)/tests/$(1)/%: tests/$(1)/%.c $(filter %.c,$(WITH_$(2))) $(call archives,$(3)) $(4)
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS_$(3)) $(CFLAGS) $(LDFLAGS) -o $$@ $$< $(WITH_$(2)) $(call link,$(3)) -lcmocka
endef
$(foreach f,$(FLOORS),$(eval $(call test,unit/$(f),$(f),$(f))))
$(foreach k,server bench,$(eval $(call test,$(k),$(k),pg)))
$(foreach k,cli tty,$(eval $(call test,$(k),$(k),pg,$(BUILD)/pgwhy)))

# What the panes would have done to sessions, done to real ones.
$(BUILD)/tests/server/test_session_act: tests/server/test_session_act.c $(call archives,panes) $(call archives,pg)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS_pg) $(CFLAGS) $(LDFLAGS) -o $@ $< $(call link,panes) $(call link,pg) -lcmocka

RIG = $(wildcard tests/bench/rig/*.c) $(WITH_tty)
$(BUILD)/tests/bench/console: tests/bench/console.c $(filter %.c,$(RIG)) $(call archives,pg)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS_pg) $(CFLAGS) $(LDFLAGS) -o $@ $< $(RIG) $(call link,pg) -lcmocka
$(BUILD)/tests/bench/statements $(BUILD)/tests/bench/plan: $(BUILD)/tests/bench/%: tests/bench/%.c $(call archives,app)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS_pg) $(CFLAGS) $(LDFLAGS) -o $@ $< $(call link,app)
$(BUILD)/tests/bench/locks: tests/bench/locks.c tests/bench/rig/meter.c tests/bench/rig/figures.c $(call archives,app)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS_pg) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) $(call link,app)
$(BUILD)/tests/bench/floor: tests/bench/floor.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS_pg) $(CFLAGS_term) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIBS_pg) $(LIBS_term)

check: deps-check all $(UNIT) $(OTHERS)
	@BUILD=$(BUILD) tests/run.sh tests/floors.sh $(UNIT) $(OTHERS)
asan:
	$(MAKE) check BUILD=build/asan CFLAGS='-O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined'
bless: all $(UNIT)
	for test in $(UNIT); do BLESS=1 $$test >/dev/null 2>&1; done; git status --short tests/golden

# Every reader of strangers' bytes has a fuzzer; each runs FUZZ_SECONDS on top of the corpus kept in tests/fuzz/corpus. FUZZED_: the highest floor it needs.
FUZZ_SECONDS ?= 60
FUZZERS = $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZED_advise = report
FUZZED_config = view
FUZZED_input  = term
FUZZED_saved  = report
define fuzzer
$(BUILD)/fuzz_$(1): tests/fuzz/fuzz_$(1).c $(call archives,$(2))
	$(CC) $(ALL_CFLAGS) $(CFLAGS) -fsanitize=fuzzer -o $$@ $$< $(call link,$(2))
endef
$(foreach f,$(FUZZERS),$(eval $(call fuzzer,$(f),$(or $(FUZZED_$(f)),plan))))
fuzzers: $(FUZZERS:%=$(BUILD)/fuzz_%)
fuzz: deps-lint
	$(MAKE) -s fuzzers BUILD=build/fuzz CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined'
	@for f in $(FUZZERS); do mkdir -p build/fuzz/found/$$f; \
	build/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -close_fd_mask=3 -artifact_prefix=build/fuzz/found/$$f/ build/fuzz/found/$$f tests/fuzz/corpus/$$f || exit 1; done
# BENCH=small|large|both ROUNDS=3: the servers the console is measured on. The peer it is measured beside may be missing.
bench: all $(BENCHES) $(BUILD)/tests/bench/floor
	@.ci/deps bench || true
	@for b in $(BENCHES); do echo "== $$b"; $$b || exit 1; done

# gcc's and clang's own warnings are errors here; cppcheck, shellcheck and mandoc look at the rest.
lint: deps-lint man
	$(MAKE) -s all BUILD=build/lint-gcc CC=gcc CFLAGS='-O2 -Werror'
	$(MAKE) -s all BUILD=build/lint-clang CC=clang CFLAGS='-O2 -Werror'
	cppcheck -q --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr --suppressions-list=.ci/cppcheck --library=.ci/cppcheck.cfg -Iinclude src
	shellcheck .ci/deps .ci/run tests/*.sh
	mandoc -Tlint -Wwarning $(BUILD)/pgwhy.1
man: $(BUILD)/pgwhy.1
$(BUILD)/pgwhy.1: man/pgwhy.1.in $(BUILD)/pgwhy
	awk -v pgwhy=$(BUILD)/pgwhy '/^@table /{system(pgwhy " --tables " $$2); next} {gsub(/@version@/, "$(VERSION)"); print}' $< > $@

deps: deps-build deps-server
deps-%:
	@.ci/deps build $(subst build,,$(subst check,server check,$*))
demo: deps all
	$(BUILD)/pgwhy demo
compile_commands.json: $(wildcard src/*/*.c src/*/*/*.c)
	@{ echo '['; sep=; for f in $^; do printf '%s{"directory":"%s","file":"%s","command":"%s"}\n' "$$sep" "$(CURDIR)" "$$f" \
	"$(CC) $(ALL_CFLAGS) $(foreach f,$(FLOORS),$(CFLAGS_$(f))) -c $$f"; sep=,; done; echo ']'; } > $@
install: all man
	install -Dm755 $(BUILD)/pgwhy $(DESTDIR)$(PREFIX)/bin/pgwhy
	install -Dm644 $(BUILD)/pgwhy.1 $(DESTDIR)$(PREFIX)/share/man/man1/pgwhy.1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	$(BUILD)/pgwhy --completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/pgwhy
	$(BUILD)/pgwhy --completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_pgwhy
	for t in themes/*.theme; do install -Dm644 $$t $(DESTDIR)$(PREFIX)/share/pgwhy/$$t || exit 1; done
clean:
	rm -rf build compile_commands.json
.PHONY: all check asan bless fuzz fuzzers bench lint man deps demo install clean
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(BUILD)/*/*/*/*.d)
