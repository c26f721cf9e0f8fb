# The one menu. `make demo` and `make test` are all a newcomer needs; each sets up what it uses.
.DEFAULT_GOAL := help
PY := .venv/bin/python

.PHONY: help setup demo test check servers bench accuracy lock wheel clean xpi

help:            ## this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: .venv/ready   ## .venv with exact versions
.venv/ready: requirements-dev.lock pyproject.toml tools/setup.sh
	@bash tools/setup.sh venv

servers:         ## Debian packages the tests use (only when root or sudo allows)
	@bash tools/setup.sh servers

demo: .venv/ready    ## the whole life of several rejections, no account needed
	@.venv/bin/afterword demo $(ARGS)

check: .venv/ready   ## format, lint, types, imports, quick tests: seconds
	.venv/bin/ruff format --check -q .
	.venv/bin/ruff check -q .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	$(PY) -m pytest -q -n 2 -m "not slow and not server"

test: .venv/ready servers  ## everything: check, then contract, end-to-end, corpora
	.venv/bin/ruff format --check -q .
	.venv/bin/ruff check -q .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	$(PY) -m pytest -q -n 2 --dist loadgroup --durations=10

accuracy: .venv/ready  ## how well we judge, on the labelled mail
	$(PY) -m tools.accuracy $(ARGS)

bench: .venv/ready     ## how fast we are, on this machine
	$(PY) -m tools.bench $(ARGS)

lock:            ## newest allowed versions -> the lock files (needs uv)
	uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-annotate --all-extras pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-annotate --all-extras --group dev pyproject.toml -o requirements-dev.lock

wheel: .venv/ready     ## dist/*.whl with rules/ and templates/ inside
	$(PY) -m pip -q wheel --no-deps -w dist .

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

xpi: .venv/ready       ## dist/afterword.xpi, the Thunderbird add-on
	$(PY) -m tools.xpi
