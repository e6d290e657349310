# `make test`: everything, on real servers. `make check`: what is fast. `make laws`: what takes minutes.
# `make demo`: the hub at work (EXIT=1: and then end). `make audit`: its log verified, tampered with and verified again.
# `make bench`: how fast it is. `make soak`: whether it stays level.
# `make faults`: the hub broken on purpose. `make sim`: the same in memory, by the thousand.
# `make pages`: its pages walked in a browser. `make scan`: what the demo leaves, looked through for its people.
# `make ovning`: a hub lost and put back from a backup.
# Needs Python 3.11 or 3.12, Java 17 and Maven; all else is fetched into .venv and the user's cache.

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3 python3.12; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
CODE := src tests docs
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo --non-interactive)

# The hub is many short processes here: each would compile the code anew, a third of the time that it takes to start.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: test test-servers debian-postgres debian-faketime test-rest check laws tessera demo audit up bench soak faults sim pages schemathesis fuzz scan ovning format docs las sbom sarbarheter

# What is installed is what is listed in deploy/beroenden/, by version and hash, as wheels alone: no compiler is needed.
BEROENDEN := deploy/beroenden
INSTALL := -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --only-binary :all: --requirement $(BEROENDEN)

# Made anew when the dependencies change: the stamp is older than their list then.
$(READY): pyproject.toml $(BEROENDEN)/utveckling.txt $(BEROENDEN)/bygge.txt
	@test -n "$(PYTHON)" || { echo 'make: python 3.11 or 3.12 is not on the path' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python $(LOCKED)/bygge.txt
	$(BIN)/python $(LOCKED)/utveckling.txt
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

# Two at a time where no servers are shared; what is drawn from a set comes in one order for both, another each run.
TWO := PYTHONHASHSEED=$$RANDOM $(BIN)/pytest --numprocesses 2

# The tests on servers wait more than they work: the others run beside them, and two files of them at a time, each on
# servers of its own. In the order of their names, and not those with most tests first: that leaves the longest to the end.
test: $(READY)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-servers test-rest

# A broker of a test lives for seconds: to compile its code a second time costs more than it gives.
test-servers test-rest: export JAVA_TOOL_OPTIONS := -XX:TieredStopAtLevel=1
test-servers: $(READY) debian-postgres debian-faketime
	$(TWO) --dist loadfile --no-loadscope-reorder $(addprefix --ignore tests/,unit property contract) $(ARGS)

# Debian's PostgreSQL, which speaks TLS as the wheel's does not; without a cluster of the machine's own. Where it cannot be
# had, the tests that need it fail and say so.
CLUSTERS := /etc/postgresql-common/createcluster.conf
APT := $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --yes --no-install-recommends
debian-postgres:
	@ls /usr/lib/postgresql/*/bin/postgres > /dev/null 2>&1 || { $(AS_ROOT) apt-get update --quiet=2 && \
		$(APT) install postgresql-common > /dev/null && \
		$(AS_ROOT) sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' $(CLUSTERS) && \
		$(APT) install postgresql > /dev/null; } || \
		echo 'make: Debian'"'"'s postgresql is not installed, and could not be' >&2

# Debian's libfaketime, which the broker of one test is started with: years go by for nobody else. Likewise; after the
# other, since apt does one thing at a time.
debian-faketime: debian-postgres
	@ls /usr/lib/*/faketime/libfaketime.so.1 > /dev/null 2>&1 || { $(AS_ROOT) apt-get update --quiet=2 && \
		$(APT) install libfaketime > /dev/null; } || \
		echo 'make: Debian'"'"'s libfaketime is not installed, and could not be' >&2

test-rest: $(READY)
	$(BIN)/pytest tests/unit/domain --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --include='*/samverkanshub/domain/*' --show-missing --skip-covered --fail-under=100
	$(BIN)/pytest tests/unit tests/property tests/contract --ignore tests/unit/domain $(ARGS)

check: $(READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	MYPYPATH=tests/faults $(BIN)/mypy tests/faults/granska.py
	MYPYPATH=tests $(BIN)/mypy --explicit-package-bases tests/faults/main.py tests/faults/test_faults.py
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m 'not servers' $(ARGS)

# The laws of the gate over many more histories, and decide against the live gate over 1,000 journals.
laws: $(READY)
	JOURNALER=1000 $(BIN)/pytest tests/integration/test_journal_live.py $(ARGS)
	LAGAR=20 $(TWO) tests/property $(ARGS)

# The published log and evidence of it, held to verifiers of others; needs Go, and says so where it is skipped.
tessera: $(READY)
	TESSERA=1 $(BIN)/pytest -rs tests/acceptance/test_tessera.py tests/acceptance/test_torchwood.py $(ARGS)

demo: $(READY)
	@$(BIN)/python -m samverkanshub.entrypoints.cli.main demo $(if $(filter 1,$(EXIT)),--exit)

# LOV: how many random leaves are added to the demo's.
audit: $(READY)
	@$(BIN)/python -m samverkanshub.entrypoints.cli.main audit $(if $(LOV),--lov $(LOV))

up: $(READY)
	@$(BIN)/python -m samverkanshub.entrypoints.cli.main up

# How fast it is (docs/performance.md). N: events. MIX: 1x2, 3x5, 6x8 or alla. SEED, ROUNDS, JSON: a file. PARTS: of
# speed,latency,intake,replay. MINNE=1: memory over 1,000,000 events instead.
bench: $(READY)
	@$(BIN)/python tests/benchmarks/bench.py $(if $(N),--n $(N)) $(if $(MIX),--mix $(MIX)) \
		$(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(JSON),--json $(JSON)) \
		$(if $(PARTS),--parts $(PARTS)) $(if $(filter 1,$(MINNE)),--memory)

# Whether it stays level (docs/reliability.md). MINUTER. RATE: requests a second; 80 % of what is measured if not given.
soak: $(READY)
	@$(BIN)/python tests/benchmarks/soak.py $(if $(MINUTER),--minuter $(MINUTER)) $(if $(RATE),--rate $(RATE))

# The hub broken on purpose, under load (docs/fel.md). ROUNDS, SEED. ONLY: one fault. KEEP: where run directories stay.
faults: $(READY)
	@$(BIN)/python tests/faults/main.py $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep $(KEEP))

# The hub in memory, interleaved and broken by seed (docs/simulering.md). MINUTER or STEG: how long. SEED. FRO: one run.
sim: $(READY)
	@$(BIN)/python tests/simulation/main.py $(if $(MINUTER),--minuter $(MINUTER)) $(if $(STEG),--steg $(STEG)) \
		$(if $(SEED),--seed $(SEED)) $(if $(FRO),--fro $(FRO))

# The pages in a browser, in every role, on the demo's data (docs/webb.md). BILDER: where pictures go. ONLY: one role.
# N: over so many generated events instead, and what each page takes.
pages: .venv/.sidor
	@command -v chromium > /dev/null || { $(AS_ROOT) apt-get update --quiet=2 && \
		$(AS_ROOT) apt-get install --quiet=2 --yes --no-install-recommends chromium chromium-l10n > /dev/null; } || \
		{ echo 'make: Debian'"'"'s chromium is not installed, and could not be' >&2; exit 1; }
	@$(BIN)/python tests/sidor/main.py $(if $(BILDER),--bilder $(BILDER)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(N),--n $(N))

# The api held to its OpenAPI document by all of Schemathesis' checks (docs/security.md). ANTAL: requests of each operation.
schemathesis: .venv/.missbruk
	@$(BIN)/python tests/openapi/main.py $(if $(ANTAL),--antal $(ANTAL)) $(if $(SEED),--seed $(SEED))

# What reads what others send, fuzzed by what it reaches (docs/security.md). SEKUNDER: of each target. MAL: one of them.
# BEHALL=1: what reached more is kept in tests/fuzz/korpus.
fuzz: .venv/.missbruk
	@$(BIN)/python tests/fuzz/fuzza.py $(if $(SEKUNDER),--sekunder $(SEKUNDER)) $(if $(MAL),--mal $(MAL)) \
		$(if $(SEED),--seed $(SEED)) $(if $(filter 1,$(BEHALL)),--behall)

.venv/.missbruk: $(READY) $(BEROENDEN)/missbruk.txt
	$(BIN)/python $(LOCKED)/missbruk.txt
	touch $@

.venv/.sidor: $(READY) $(BEROENDEN)/sidor.txt
	$(BIN)/python $(LOCKED)/sidor.txt
	touch $@

# A hub lost with the demo's data on it, put back from a backup, and tried (docs/aterlasning.md).
ovning: $(READY)
	@$(BIN)/python -m samverkanshub.entrypoints.cli.main drill

# All that the demo leaves looked through for its people's numbers, names and words, and for what is planted.
scan: $(READY)
	@$(BIN)/python tests/skanning/main.py

format: $(READY)
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

# docs/rules.md, of docs/regler.yaml, docstrings and tests.
docs: $(READY)
	$(BIN)/python docs/make_rules.py

# Tools that look at the dependencies, apart from them.
VERKTYG := .venv/verktyg/bin
.venv/verktyg/.ready: $(READY) $(BEROENDEN)/verktyg.txt
	$(PYTHON) -m venv .venv/verktyg
	$(VERKTYG)/python $(LOCKED)/verktyg.txt
	touch $@

# The lists of versions and hashes, after a change of pyproject.toml (UPGRADE=1: all as new as it allows), and their page.
COMPILE := $(VERKTYG)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --quiet $(if $(filter 1,$(UPGRADE)),--upgrade)
las: .venv/verktyg/.ready
	$(COMPILE) pyproject.toml --output-file $(BEROENDEN)/drift.txt
	$(COMPILE) pyproject.toml --extra dev --constraint $(BEROENDEN)/drift.txt --output-file $(BEROENDEN)/utveckling.txt
	$(COMPILE) --group bygge --output-file $(BEROENDEN)/bygge.txt
	$(COMPILE) --group sidor --constraint $(BEROENDEN)/utveckling.txt --output-file $(BEROENDEN)/sidor.txt
	$(COMPILE) --group missbruk --constraint $(BEROENDEN)/utveckling.txt --output-file $(BEROENDEN)/missbruk.txt
	$(COMPILE) --group verktyg --output-file $(BEROENDEN)/verktyg.txt
	$(BIN)/python docs/make_beroenden.py

# What the hub runs on, as CycloneDX: dist/sbom.cdx.json; and the embedded broker's jars: dist/sbom-kafka.cdx.json.
sbom: .venv/verktyg/.ready
	@mkdir -p dist
	$(VERKTYG)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
		-o dist/sbom.cdx.json $(BEROENDEN)/drift.txt
	mvn --quiet --batch-mode --file deploy/kafka/pom.xml org.cyclonedx:cyclonedx-maven-plugin:2.9.1:makeBom \
		-DoutputFormat=json -DoutputName=sbom-kafka.cdx -DoutputDirectory=$(CURDIR)/dist

# Known vulnerabilities of what the hub runs on; asks an index, and fails where one of them is not known there.
sarbarheter: .venv/verktyg/.ready
	$(VERKTYG)/pip-audit --strict --disable-pip --require-hashes --requirement $(BEROENDEN)/drift.txt
