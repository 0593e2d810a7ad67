# The commands of this repository. `make run` and `make test` install what is missing and need nothing done before.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BUILD_PACKAGES := libsqlite3-dev libmariadb-dev libssl-dev libxml2-dev zlib1g-dev pkg-config git
TEST_PACKAGES := $(BUILD_PACKAGES) mariadb-server sqlite3 openssl python3 sip-tester baresip-core rtpengine-daemon valgrind \
	kamailio kamailio-mysql-modules kamailio-sqlite-modules kamcli

PROGRAMS := sipd sipctl sipcmd
RELEASE := $(CURDIR)/.build/release

# What `make run` starts: another configuration, other sockets, more -A.
CONFIG ?= examples/pbx.cfg
LISTEN ?=
DEFINES ?=

# Conformance and load tests compare with Kamailio; they are not part of the repository.
SHARED ?= ../shared

.PHONY: help build run env test unit check lint format conformance integration coverage bench callgrind clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build the three programs, optimised
	@Tests/Scripts/install-packages $(BUILD_PACKAGES)
	@for program in $(PROGRAMS); do swift build -c release --product $$program; done

run: build ## start the telephone exchange of examples/pbx.cfg on this machine
	@Tests/Scripts/run-exchange '$(RELEASE)' '$(CONFIG)' '$(LISTEN)' '$(DEFINES)'

env: ## print the settings for the other terminal: eval "$(make env)"
	@Tests/Scripts/run-exchange --print-environment '$(RELEASE)'

test: ## build, then run all tests
	@Tests/Scripts/install-packages $(TEST_PACKAGES)
	@Tests/Scripts/run-tests '$(RELEASE)' '$(SHARED)'

unit: ## the Swift tests only
	@Tests/Scripts/install-packages $(BUILD_PACKAGES)
	swift test --no-parallel

integration: build ## the tests with real telephones and databases only
	@Tests/Scripts/install-packages $(TEST_PACKAGES)
	Tests/Integration/run

conformance: build ## compare with the recorded answers of Kamailio
	@Tests/Scripts/install-packages $(TEST_PACKAGES)
	Tests/Conformance/run --shared '$(SHARED)'

check: lint ## what has to hold before a commit: format, warnings, tests, tidy
	@Tests/Scripts/install-packages $(BUILD_PACKAGES)
	swift build --build-tests
	swift test --no-parallel

lint: ## is the format right?
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

format: ## put the format right
	swift format --in-place --parallel --recursive Package.swift Sources Tests

coverage: ## run all tests and print which part of the lines they reach
	@Tests/Scripts/install-packages $(TEST_PACKAGES)
	@Tests/Scripts/coverage '$(SHARED)'

bench: build ## measure against Kamailio on this machine
	@Tests/Scripts/install-packages $(TEST_PACKAGES) gcc libc6-dev
	$(SHARED)/bench/compare --sipd $(RELEASE)/sipd

callgrind: build ## count the instructions of an OPTIONS and a REGISTER, and compare them with the recorded ones
	@Tests/Scripts/install-packages $(TEST_PACKAGES)
	Tests/Benchmarks/instructions --sipd $(RELEASE)/sipd --check

clean: ## remove what was built and run
	rm -rf .build run
