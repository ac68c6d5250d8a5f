# SPDX-License-Identifier: Apache-2.0
# The front door; Meson does the work (meson.build).

BUILD := build
SECONDS ?= 60
EXAMPLE ?= geoje
DEMO ?= $(BUILD)/demo$(patsubst %,-%,$(filter-out geoje,$(EXAMPLE)))
CHECK_SUITES := $(patsubst tests/unit/%/meson.build,--suite %,$(wildcard tests/unit/*/meson.build)) \
	--suite crash --suite privilege --suite fuzz
# What has threads, or shares memory with another process.
THREAD_SUITES := $(addprefix --suite ,threads sys ipc ingest store keys log roles)
MAKEFLAGS += --no-print-directory

.PHONY: help run test build check fuzz coverage crash bench clean
.PHONY: setup-build setup-test setup-fuzz setup-crash binary clips

help:
	@echo "make run     build, then start the demo institution with nine simulated cameras;"
	@echo "             EXAMPLE=gwangju: a labour office, 101 of them, four sites, one notice"
	@echo "make test    build, then run all tests"
	@echo "make build   build/haechi"
	@echo "make check   the house's laws, and all but browsers and scenarios under three sanitizers"
	@echo "make fuzz    fuzz every parser; SECONDS=60 each"
	@echo "make coverage  what the fuzzers' corpora reach of what reads cameras' bytes"
	@echo "make crash   the tests that kill and tear"
	@echo "make bench   what recording, reading and destroying cost, beside others"
	@echo "make clean   remove everything that was built"
	@echo
	@echo "run, test and build install the Debian packages that are missing."

run: build
	@$(BUILD)/haechi demo --dir $(DEMO) --example $(EXAMPLE)

test: setup-test build
	@echo "test: running the tests"
	@rm -f $(BUILD)/meson-logs/testlog.json
	@meson test -C $(BUILD) --no-rebuild --print-errorlogs --quiet || true
	@python3 tools/count_tests.py $(BUILD)

build: setup-build binary clips

setup-build:
	@tools/setup.sh build

setup-test:
	@tools/setup.sh test

setup-fuzz:
	@tools/setup.sh fuzz

setup-crash:
	@tools/setup.sh crash

$(BUILD)/build.ninja: | setup-build
	@echo "build: configuring"
	@mkdir -p $(BUILD)
	@meson setup $(BUILD) >$(BUILD)/setup.log 2>&1 || \
		{ tail -n 20 $(BUILD)/setup.log; exit 3; }

binary: $(BUILD)/build.ninja
	@echo "build: compiling"
	@ninja -C $(BUILD) --quiet >$(BUILD)/compile.log 2>&1 || \
		{ cat $(BUILD)/compile.log; exit 1; }
	@python3 tools/man_pages.py $(BUILD)/haechi $(BUILD)/man

# The simulated cameras' pictures, made once.
clips: binary
	@if [ -x tools/make_clips.sh ]; then tools/make_clips.sh $(BUILD)/clips; fi

check: setup-test
	@tools/laws.sh
	@[ -f build-check/build.ninja ] || meson setup build-check \
		-Db_sanitize=address,undefined >/dev/null
	@HAECHI_STORM_DAYS=5 meson test -C build-check $(CHECK_SUITES) -t 4 --print-errorlogs --quiet || true
	@python3 tools/count_tests.py build-check --some
	@echo "check: threads"
	@[ -f build-tsan/build.ninja ] || meson setup build-tsan \
		-Db_sanitize=thread >/dev/null
	@TSAN_OPTIONS=halt_on_error=1 meson test -C build-tsan $(THREAD_SUITES) -t 4 --print-errorlogs --quiet || true
	@python3 tools/count_tests.py build-tsan --some

fuzz: setup-fuzz
	@tools/fuzz.sh build-fuzz $(SECONDS)

coverage: setup-fuzz
	@tools/coverage.sh build-coverage

crash: setup-test setup-crash build
	@tools/crash.py $(BUILD)

bench: build
	@tools/make_clips.sh $(BUILD)/clips --bench
	@$(BUILD)/haechi bench record --cameras 9 --seconds 30 --peer ffmpeg --json
	@$(BUILD)/haechi bench export --minutes 10 --json
	@$(BUILD)/haechi bench destroy --gigabytes 1 --json
	@$(BUILD)/haechi bench seek --json

clean:
	@rm -rf $(BUILD) build-check build-tsan build-fuzz build-coverage
	@echo "clean: removed what was built"
