# Short names for the scripts; everything they need they install themselves.
.PHONY: demo test format clean
demo:
	scripts/demo
test:
	scripts/test
format:
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	.venv/bin/clang-format -i $$(git ls-files '*.c' '*.h')
clean:
	rm -rf build dist *.egg-info ossc/_native*.so tests/c/build csrc/oss_c_sdk/build
.PHONY: bench
bench:
	.venv/bin/python -m bench
.PHONY: reference
reference:
	scripts/reference
