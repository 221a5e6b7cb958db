# rnntrain - build, test, install.
#
#   make              the tools, in bin/          make check        the tests (under 5 minutes)
#   make install      tools, pages, completion    make check-long   soak, exhaustive, learning tests
#   make bench        speed, side by side         make tidy         clang-tidy, gcc's analyzer, cppcheck
#   make fuzz         libFuzzer, each target for SECONDS=60 (clang)
#   make coverage     what the tests run (gcov)
#   make format       clang-format, in place      make SANITIZE=address,undefined check
#   make mutants      do the tests notice faults put into the sources? (10 minutes)

# ---- settings ----------------------------------------------------------------------------------
CC       ?= cc
OPTIMIZE ?= -O2
SANITIZE ?=
PREFIX   ?= /usr/local
DESTDIR  ?=
VERSION  := 0.1.0

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Werror
# -ffp-contract=off: a sum is fused where the code says so and nowhere else, so that results do not
# depend on the compiler. -Wno-psabi: vectors wider than the machine's are passed inline only.
FLAGS    := -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Isrc -ffp-contract=off -Wno-psabi \
            -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
            -fno-strict-aliasing -fstack-protector-strong -fPIE -pthread -MMD -MP $(WARNINGS)
LINK     := -pie -Wl,--gc-sections -Wl,-z,relro,-z,now -pthread
LIBS     := -lyaml -lz -lm
ifneq ($(SANITIZE),)
  FLAGS  += -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
  LINK   += -fsanitize=$(SANITIZE)
else
  FLAGS  += -g -D_FORTIFY_SOURCE=2
endif

# make V=1 shows the commands.
Q        := $(if $(V),,@)
say      := @printf '  %-4s %s\n'

# ---- files -------------------------------------------------------------------------------------
comma := ,
# Every setting that changes objects has a build folder of its own; none is in the source folders.
variant := $(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(filter-out cc gcc,$(CC)),-$(CC))
BUILD   := build$(if $(variant),/$(patsubst -%,%,$(variant)))
BIN     := $(if $(variant),$(BUILD)/bin,bin)

# One program with a link for each tool's name.
tool_sources := $(filter-out src/tools/rnnbench.c,$(wildcard src/tools/rnn*.c))
TOOLS   := $(tool_sources:src/tools/%.c=%)
LINKS   := $(filter-out rnntrain,$(TOOLS))
ISAS    := generic $(if $(filter x86_64,$(shell uname -m)),avx2 avx512)
FLAGS_generic :=
FLAGS_avx2    := -mavx2 -mfma
FLAGS_avx512  := -mavx2 -mfma -mavx512f -mavx512vl -mavx512bw -mavx512dq -mprefer-vector-width=512

kernel_sources := $(filter-out src/kernels/select.c,$(wildcard src/kernels/*.c))
rooms          := base layers model data files run
library_sources := $(wildcard $(rooms:%=src/%/*.c)) src/kernels/select.c $(filter-out src/tools/rnn% src/tools/main.c,$(wildcard src/tools/*.c))
library_objects := $(library_sources:src/%.c=$(BUILD)/%.o) \
  $(foreach isa,$(ISAS),$(kernel_sources:src/%.c=$(BUILD)/%.$(isa).o))
LIBRARY := $(BUILD)/librnntrain.a

# The gradient tests use the same sources with double for `real`.
double_sources := $(wildcard src/base/*.c src/layers/*.c src/model/*.c src/files/params*.c src/files/yaml*.c) \
  src/files/tree.c src/kernels/select.c
double_objects := $(double_sources:src/%.c=$(BUILD)/double/%.o) \
  $(kernel_sources:src/%.c=$(BUILD)/double/%.generic.o)
DOUBLE  := $(BUILD)/double/librnntrain.a

unit_tests   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))
golden_tests := $(patsubst tests/golden/%.c,$(BUILD)/tests/golden/%,$(wildcard tests/golden/*.c))
double_tests := $(patsubst tests/gradient/%.c,$(BUILD)/tests/gradient/%,$(wildcard tests/gradient/*.c))
long_tests   := $(patsubst tests/long/%.c,$(BUILD)/tests/long/%,$(wildcard tests/long/*.c))
fuzz_targets := $(filter-out replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
replays      := $(fuzz_targets:%=$(BUILD)/tests/fuzz/%)
script_tests := $(wildcard tests/cli/*.t tests/bad/*.t tests/house/*.t tests/fault/*.t tests/fuzz/*.t)

# ---- build -------------------------------------------------------------------------------------
.PHONY: all check check-long bench install uninstall tidy format clean tests
.SECONDARY:
all: $(TOOLS:%=$(BIN)/%)

ifeq ($(shell printf '\043include <yaml.h>\n\043include <zlib.h>\n' | $(CC) -E - >/dev/null 2>&1 || echo missing),missing)
  $(error libyaml and zlib are needed: install libyaml-dev and zlib1g-dev (Debian, Ubuntu), \
          libyaml-devel and zlib-devel (Fedora) or libyaml and zlib (Homebrew))
endif

$(BIN)/rnntrain: $(BUILD)/tools/main.o $(tool_sources:src/%.c=$(BUILD)/%.o)
$(BIN)/rnnbench: $(BUILD)/tools/rnnbench.o
$(BIN)/rnntrain $(BIN)/rnnbench: $(LIBRARY)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBS)
$(LINKS:%=$(BIN)/%): $(BIN)/rnntrain
	$(Q)ln -sf rnntrain $@

$(LIBRARY): $(library_objects)
$(DOUBLE): $(double_objects)
%.a:
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# One compile rule, however an object is called: $(1) its name pattern, $(2) its flags.
define compile
$(1): src/%.c Makefile
	@mkdir -p $$(@D)
	$$(say) CC $$@
	$$(Q)$$(CC) $$(OPTIMIZE) $$(FLAGS) $(2) $$(CFLAGS) -c -o $$@ $$<
endef
$(foreach isa,$(ISAS),$(eval $(call compile,$(BUILD)/%.$(isa).o,-DKERNEL_ISA=$(isa) $$(FLAGS_$(isa)))))
$(eval $(call compile,$(BUILD)/double/%.generic.o,-DKERNEL_ISA=generic -DREAL_DOUBLE))
$(eval $(call compile,$(BUILD)/double/%.o,-DREAL_DOUBLE))
$(eval $(call compile,$(BUILD)/%.o,))

# ---- tests -------------------------------------------------------------------------------------
$(BUILD)/tests/gradient/%: tests/gradient/%.c $(DOUBLE) Makefile
	@mkdir -p $(@D)
	$(say) TEST $@
	$(Q)$(CC) $(OPTIMIZE) $(FLAGS) -Itests -DREAL_DOUBLE $(CFLAGS) -o $@ $< $(DOUBLE) $(LINK) -lcmocka $(LIBS)
$(BUILD)/tests/%: tests/%.c $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(say) TEST $@
	$(Q)$(CC) $(OPTIMIZE) $(FLAGS) -Itests $(CFLAGS) -o $@ $< $(LIBRARY) $(LINK) -lcmocka $(LIBS)

# A fuzz target runs on the inputs that are kept, with any compiler; libFuzzer needs clang (see below).
$(BUILD)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(say) TEST $@
	$(Q)$(CC) $(OPTIMIZE) $(FLAGS) -Itests/fuzz $(CFLAGS) -o $@ $< tests/fuzz/replay.c $(LIBRARY) $(LINK) $(LIBS)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(say) FUZZ $@
	$(Q)$(CC) $(OPTIMIZE) $(FLAGS) -Itests/fuzz $(CFLAGS) -o $@ $< $(LIBRARY) $(LINK) -fsanitize=fuzzer $(LIBS)

# Loaded before the C library, it makes calls fail; a sanitizer has calls of its own.
$(BUILD)/tests/fault/shim.so: tests/fault/shim.c Makefile
	@mkdir -p $(@D)
	$(say) TEST $@
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(OPTIMIZE) $(WARNINGS) -shared -fPIC -o $@ $< -ldl

tests: $(unit_tests) $(golden_tests) $(double_tests) $(replays) $(if $(SANITIZE),,$(BUILD)/tests/fault/shim.so)
need_tests:
	@sh tests/needs.sh "$(CC)"
check: need_tests
	@$(MAKE) --no-print-directory all tests
	@BIN=$(abspath $(BIN)) BUILD=$(abspath $(BUILD)) perl tests/run.pl $(unit_tests) $(golden_tests) $(double_tests) $(script_tests)
# Faults put into a copy of the sources one at a time; JOBS=N of them at once.
mutants: all tests
	@perl tests/mutants/run.pl
check-long: check $(long_tests)
	@BIN=$(abspath $(BIN)) BUILD=$(abspath $(BUILD)) perl tests/run.pl $(long_tests) $(wildcard tests/long/*.t)
.PHONY: need_tests mutants

# Each target in turn for SECONDS; what is new goes to build/corpus. FUZZ= names some of them.
SECONDS := 60
FUZZ    := $(fuzz_targets)
fuzz:
	@$(MAKE) --no-print-directory CC=clang SANITIZE=address,undefined,fuzzer-no-link run-fuzz
run-fuzz: $(FUZZ:%=$(BUILD)/fuzz/%)
	@sh tests/fuzz/run.sh $(BUILD)/fuzz $(SECONDS) $(FUZZ)
.PHONY: fuzz run-fuzz

# Lines and branches that the tests run, by gcov; tests of what the counting itself changes may fail.
coverage:
	-@$(MAKE) --no-print-directory OPTIMIZE=-O0 CFLAGS=--coverage LDFLAGS=--coverage BUILD=build/coverage BIN=build/coverage/bin check
	@perl tests/coverage.pl build/coverage
.PHONY: coverage

# ---- the rest ----------------------------------------------------------------------------------
bench: $(BIN)/rnnbench $(BUILD)/tests/bench/decode all
	@sh tests/bench/run.sh $(BIN)/rnnbench
	@sh tests/bench/options.sh $(BIN)/rnnbench
	@sh tests/bench/predict.sh $(BIN)
	@sh tests/bench/decode.sh $(BIN) $(BUILD)/tests/bench/decode
	@sh tests/bench/csv.sh $(BIN)
	@sh tests/bench/stream.sh $(BIN)

# Where bash-completion looks for what to do with a command that is typed for the first time.
COMPLETIONS := $(PREFIX)/share/bash-completion/completions
$(BUILD)/completions/%: $(BIN)/% $(BIN)/rnntrain
	@mkdir -p $(@D)
	$(Q)$< --print-completion >$@.part && mv $@.part $@
install: all $(TOOLS:%=$(BUILD)/completions/%)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(COMPLETIONS)
	install -s $(BIN)/rnntrain $(DESTDIR)$(PREFIX)/bin
	for link in $(LINKS); do ln -sf rnntrain $(DESTDIR)$(PREFIX)/bin/$$link || exit 1; done
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 $(TOOLS:%=$(BUILD)/completions/%) $(DESTDIR)$(COMPLETIONS)
# The tables in rnntrain-config(5) are the program's own; the page is kept, so that install needs nothing.
man: $(BIN)/rnntrain
	$(say) MAN man/rnntrain-config.5
	$(Q)$(BIN)/rnntrain --print-manual >$(BUILD)/tables.mdoc
	$(Q)sed -e '/^@TABLES@$$/{r $(BUILD)/tables.mdoc' -e 'd}' man/rnntrain-config.5.in >man/rnntrain-config.5
.PHONY: man
uninstall:
	rm -f $(TOOLS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -f $(patsubst man/%.1,$(DESTDIR)$(PREFIX)/share/man/man1/%.1,$(wildcard man/*.1))
	rm -f $(patsubst man/%.5,$(DESTDIR)$(PREFIX)/share/man/man5/%.5,$(wildcard man/*.5))
	rm -f $(TOOLS:%=$(DESTDIR)$(COMPLETIONS)/%)

sources := $(wildcard src/*/*.c)
headers := $(wildcard src/*/*.h)
tidy:
	clang-tidy --quiet $(filter-out $(kernel_sources),$(sources)) -- -std=gnu11 -D_GNU_SOURCE -DVERSION='""' -Isrc
	clang-tidy --quiet $(kernel_sources) -- -std=gnu11 -D_GNU_SOURCE -Isrc -DKERNEL_ISA=generic
	for file in $(filter-out $(kernel_sources),$(sources)); do \
	  gcc -O1 -fanalyzer -Werror -std=gnu11 -D_GNU_SOURCE -DVERSION='""' -Isrc -S -o /dev/null $$file || exit 1; done
	cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --enable=warning,performance,portability \
	  --suppress=missingIncludeSystem -DKERNEL_ISA=generic -Isrc src
format:
	clang-format -i $(sources) $(headers) $(wildcard tests/*/*.c tests/*.h)
clean:
	rm -rf build bin

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
