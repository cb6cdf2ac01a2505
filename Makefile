.POSIX:
.PHONY: help build serve test lint format documentation bench clients fuzz mutants prove

# Flags for the server: make serve ARGS="--listen 127.0.0.1:9090"
ARGS =
# How long each target is fuzzed, and which; all unless some are named: make fuzz SECONDS=600 TARGETS="json pem"
SECONDS = 60
TARGETS =
# Which proofs are run, and in which form: make prove PROOFS="--short kill races"
PROOFS =

help:
	@echo 'make serve   build for production and start the server with its defaults'
	@echo 'make test    lint, all tests, and the built binary end to end'
	@echo 'make documentation  build the DocC archives of the libraries'
	@echo 'make bench   measure the token library, the command line and the server'
	@echo 'make fuzz    fuzz the readers of tokens and keys, a minute each'
	@echo 'make mutants take every guard of the token library out once; the tests must notice'
	@echo 'make prove   kill the server, fail its disk, cut its power and race it, at length (docs/proofs.md)'
	@echo 'make format  lay the sources out as the linter wants them'

build:
	@Scripts/system-libraries
	@Scripts/build-release

# The server itself says where the administrator's first password is, and which three lines to try next.
serve: build
	@exec "$$(Scripts/build-release --show-bin-path)/tessera" serve $(ARGS)

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

documentation:
	@swift build
	@Scripts/documentation

clients:
	@Scripts/python-clients

test:
	@Scripts/system-libraries
	@$(MAKE) lint
	@$(MAKE) clients
	@swift build --build-tests
	@Scripts/documentation
	@Scripts/test

fuzz:
	Scripts/fuzz.py --seconds $(SECONDS) $(TARGETS)

mutants:
	Scripts/mutate.py

prove:
	@Scripts/system-libraries strace nginx-light e2fsprogs
	Scripts/prove $(PROOFS)

bench: build
	@Scripts/system-libraries python3-venv wrk
	python3 Benchmarks/JOSE/compare.py && python3 Benchmarks/JOSE/plot.py
	python3 Benchmarks/CommandLine/lines.py
	swift build -c release --package-path Benchmarks/HTTP
	python3 Benchmarks/HTTP/protected.py && python3 Benchmarks/HTTP/server.py
