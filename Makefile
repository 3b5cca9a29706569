# One virtual environment, two sizes: `demo` needs the light core, everything else the development extras.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install --disable-pip-version-check -q -c constraints.txt
# torch without CUDA on a Linux without an NVIDIA driver, unless you choose: TORCH_INDEX=URL, empty for PyPI alone. An
# index of your own (PIP_EXTRA_INDEX_URL, PIP_INDEX_URL, PIP_NO_INDEX) or one that cannot be reached leaves things as they are.
CPU_INDEX   := https://download.pytorch.org/whl/cpu
TORCH_INDEX ?= $(if $(PIP_EXTRA_INDEX_URL)$(PIP_INDEX_URL)$(PIP_NO_INDEX),,$(shell PYTHON="$(PYTHON)" sh tests/torch_index.sh $(CPU_INDEX)))
DATA   ?=
PAPERS ?=
ENTITIES ?=
SUMMARIES ?=
LAB    ?=
NOTEBOOKS ?=
GPUS   ?= 0
FUZZ   ?= 50
RUN    ?=
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint fuzz audit release outputs lab bench docs paper readme clean train-ner train-page-layout train-references train-summarization

# Run a benchmark and show its tables: those in nbs/benchmarks/ are written only with data, the others go to runs/.
define bench
@cd nbs/benchmarks && ../../$(BIN)/papermill --no-progress-bar --log-level ERROR $(1).ipynb ../../runs/bench_$(1).ipynb \
  -p data "$(if $(2),$(abspath $(2)),)" -p repeats 3 -p table "$(if $(2),,../../runs/)$(1).md" $(3)
@cat $(if $(2),nbs/benchmarks,runs)/$(1).md
endef

help:     ## List the targets
	@grep -hE '^[a-z][a-z -]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+)[^:]*:[^#]*## /  make \1\t/' | expand -t 18

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/core: $(BIN)/python settings.ini setup.py constraints.txt
	$(PIP) -e .
	@touch $@

$(VENV)/dev: $(BIN)/python settings.ini setup.py constraints.txt
	$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -e '.[dev]'
	@touch $@ $(VENV)/core

demo: $(VENV)/core  ## Read the sample paper: an outline, its references as a table, and demo/paper.bib
	@$(BIN)/sciassist read sciassist/samples/paper.pdf
	@$(BIN)/sciassist parse sciassist/samples/paper.pdf --to table
	@$(BIN)/sciassist parse sciassist/samples/paper.pdf --to bibtex -o demo/paper.bib
	@echo "wrote demo/paper.bib"

test: $(VENV)/dev  ## Check that notebooks and modules are in step, lint, run all notebooks and tests
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/run_all.py

lint: $(VENV)/dev  ## Check the style of notebooks, modules and tests, and the order of the rooms
	@$(BIN)/python tests/lint.py

fuzz: $(VENV)/dev  ## Run the fuzzers of tests/fuzz for hours: FUZZ=50 times as long as `make test` does; PAPERS: PDFs to damage
	FUZZ=$(FUZZ) FUZZ_PAPERS=$(PAPERS) $(BIN)/python -m pytest tests/fuzz

audit: $(VENV)/dev  ## Look up known vulnerabilities of the pinned versions, and check their licences (needs a network)
	$(PIP) pip-audit==2.10.1 pip-licenses==5.5.5
	$(BIN)/pip-audit --no-deps --disable-pip -r constraints.txt
	$(BIN)/pip-licenses --partial-match --fail-on "GPL;General Public" --order license

release: $(VENV)/core  ## Build the packages, a bill of materials of what they install, and checksums, in dist/
	$(PYTHON) -m venv build/tools
	build/tools/bin/pip install --disable-pip-version-check -q -c constraints.txt build cyclonedx-bom==7.5.0
	rm -rf dist
	build/tools/bin/python -m build --outdir dist
	build/tools/bin/cyclonedx-py environment --output-format JSON --output-file dist/bill-of-materials.cdx.json $(BIN)/python
	cd dist && sha256sum * > SHA256SUMS

outputs: $(VENV)/dev  ## Run the notebooks and save those whose text is not what is committed; NOTEBOOKS=some of them
	@$(BIN)/python tests/refresh.py $(NOTEBOOKS)

lab: $(VENV)/dev  ## Open JupyterLab on the notebooks; LAB=further options of jupyter lab
	$(BIN)/python -m ipykernel install --sys-prefix --name python3 --display-name sciassist
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB) nbs

bench: $(VENV)/dev  ## Measure accuracy and speed; DATA=labelled references, PAPERS=PDFs with gold or JATS, ENTITIES=labelled sentences, SUMMARIES=papers with summaries (folders)
	@mkdir -p runs
	$(call bench,references,$(DATA))
	$(call bench,documents,$(if $(wildcard $(PAPERS)/*.xml),,$(PAPERS)))
	$(call bench,page_layout,$(if $(wildcard $(PAPERS)/*.xml),$(PAPERS),),-p models $(CURDIR)/runs/page_layout_models)
	$(call bench,papers,$(if $(wildcard $(PAPERS)/*.xml),$(PAPERS),),-p models $(CURDIR)/runs/page_layout_models)
	$(call bench,entities,$(ENTITIES))
	$(call bench,summaries,$(SUMMARIES))

train-ner train-page-layout train-references train-summarization: $(VENV)/dev  ## Run a training notebook into runs/; GPUS=number, RUN='-p data_repo DIR'
	@mkdir -p runs
	$(BIN)/papermill nbs/$(subst -,_,$@).ipynb runs/$(subst -,_,$@).ipynb -p gpus $(GPUS) $(RUN)

docs: $(VENV)/dev  ## Render the documentation site (needs Quarto)
	@command -v quarto >/dev/null || { echo "Quarto is not installed; see quarto.org. 'make docs' needs it on the path."; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/nbdev_proc_nbs
	cd _proc && PATH="$(CURDIR)/$(BIN):$$PATH" quarto render --no-cache
	rm -rf _docs && mv _proc/_docs _docs

paper: $(VENV)/dev  ## Typeset the sample paper from its source
	$(BIN)/python -c "import typst; typst.compile('sciassist/samples/paper.typ', 'sciassist/samples/paper.pdf', ignore_system_fonts=True, timestamp=0)"

readme: $(VENV)/dev  ## Write README.md and CONTRIBUTING.md from their notebooks
	$(BIN)/python tests/readme.py

clean:    ## Remove the environment and everything that is built
	rm -rf $(VENV) build dist _docs _proc *.egg-info .pytest_cache .ruff_cache .import_linter_cache .mypy_cache .hypothesis demo/paper.bib
