# `make run` and `make test` set up whatever is missing first; nothing else is needed.
#
#   make run            set up, then open Quern (without a display: chat in the terminal)
#   make test           set up, then style, types, import contracts and tests
#   make setup          set up only; CMAKE_ARGS=... compiles llama.cpp with these flags (see README)
#   make bench          measure speed and memory against their bounds
#   make bundle         build dist/quern, a folder that runs on any machine of this kind
#   make packages       and of it a Debian package and a portable archive
#   make backend        and for it what uses graphics processors: BACKEND=vulkan, cuda or metal
#   make check-packages use both in every way: commands, an old processor, a clean system
#   make starter-model  train the starter model again from its fixed seed (about an hour)
#   make clean          remove what set-up and tests made in this folder

.PHONY: run test setup bench bundle backend packages check-packages starter-model clean

run:
	@packaging/bootstrap/run.sh

test:
	@packaging/bootstrap/test.sh

setup:
	@packaging/bootstrap/setup.sh test

bench:
	@packaging/bootstrap/setup.sh test
	@.venv/bin/python -m tests.benchmarks

bundle:
	@packaging/bundle/build.sh

backend:
	@packaging/backends/build.sh "$(BACKEND)"

packages: bundle
	@packaging/linux/packages.sh

check-packages:
	@PYTHONPATH=. .venv/bin/python packaging/bundle/check_commands.py
	@packaging/bundle/check_folder_names.sh
	@packaging/bundle/check_old_processor.sh
	@packaging/linux/check_deb.sh
	@.venv/bin/python packaging/linux/check_start.py

starter-model:
	@packaging/starter_model/make.sh

clean:
	rm -rf .venv .venv-starter .venv-bundle .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
