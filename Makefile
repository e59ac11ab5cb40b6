# Every target sets up what it needs (.ci/setup) and uses .venv at the project's root.
.PHONY: rehearse test check format procedure procedures kill-sweep swing leases faults readiness approvals drift generations smoke-campaign tamper real-pages canaries contracts bench clean

PYTHON := .venv/bin/python

rehearse:  ## the whole procedure, unattended, against a simulated pair
	@.ci/setup run
	@.venv/bin/failover-robot rehearse

check:  ## format, lint, types
	@.ci/setup test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/basedpyright

test: check  ## everything a change must pass; COVERAGE=--cov measures the branches too, and requires their threshold
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(if $(COVERAGE),$(COVERAGE) --cov-report=term:skip-covered)

format:  ## mend what a tool can mend
	@.ci/setup test
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

procedure:  ## docs/procedure.md: each obligation, the code that keeps it, the tests that prove it
	@.ci/setup test
	$(PYTHON) -m tests.traceability

procedures:  ## every way through the procedures, to its end, through real browsers; goes on where it was interrupted
	@.ci/setup test
	$(PYTHON) -m tests.flows.procedures

kill-sweep:  ## one upgrade, killed with kill -9 at every point in turn and resumed
	@.ci/setup test
	$(PYTHON) -m tests.faults.kill_sweep

faults:  ## hostile appliances: each fault strikes a whole run at each of its moments; ARGS="--seed 2" shows the pages of g3
	@.ci/setup test
	$(PYTHON) -m tests.faults.fault_sweep $(ARGS)

swing:  ## faults between the halves of the swing, each repeated; goes on where it was ended
	@.ci/setup test
	$(PYTHON) -m tests.faults.swing_campaign

leases:  ## the lease is lost a thousand times while runs press: database frozen, cut off, restarted; clocks that jump
	@.ci/setup test
	$(PYTHON) -m tests.faults.lease_losses $(ARGS)

generations:  ## whole upgrades over the four generations of pages, mixed, in both languages; goes on where it was ended
	@.ci/setup test
	$(PYTHON) -m tests.flows.generations

readiness:  ## readiness checks: healthy pairs of every generation, faults and stories; ARGS="healthy g3" chooses pairs
	@.ci/setup test
	@PYTHONPATH=.:tests/flows:tests/flows/checks $(PYTHON) -m tests.flows.checks.readiness_campaign $(ARGS)

approvals:  ## attempts to have performed what nobody has approved: 0 presses
	@.ci/setup test
	@PYTHONPATH=.:tests/flows:tests/robot:tests/robot/approval $(PYTHON) -m tests.robot.approval.approvals_campaign

smoke-campaign:  ## some fifty kinds of bad build caught by `smoke`, 300 good ones without an alarm; goes on; ARGS="certificate" chooses
	@.ci/setup test
	$(PYTHON) -m tests.flows.smoke.smoke_campaign $(ARGS)
tamper:  ## alterations of a signed pack: each is found and named; ARGS="500" makes as many
	@.ci/setup test
	@PYTHONPATH=.:tests/robot/evidence $(PYTHON) -m tests.robot.evidence.tamper_campaign $(ARGS)

drift:  ## the procedure's screens over pages that differ from the known ones in many ways; ARGS="--generation g3 menu" chooses
	@.ci/setup test
	@PYTHONPATH=.:tests/drift:tests/robot:tests/robot/simulator $(PYTHON) -m tests.drift.mutation_campaign $(ARGS)

real-pages:  ## questions asked of other products' admin pages, which it installs and starts; ARGS="cups adminer" chooses
	@.ci/setup test
	$(PYTHON) -m tests.real_pages.inquiry $(ARGS)

canaries:  ## a pair full of canary secrets, through Chromium: an independent scan finds none in whatever the robot leaves
	@.ci/setup test
	@PYTHONPATH=.:tests/robot/evidence $(PYTHON) -m tests.flows.canaries_campaign

contracts:  ## what two checkouts promise to their users, compared; ARGS="BEFORE AFTER", each with its own .venv
	@.ci/setup test
	$(PYTHON) -m tests.contracts $(ARGS)

bench:  ## ratios against a bare Playwright script, in one run
	@.ci/setup test
	$(PYTHON) -m tests.bench.against_bare_playwright

clean:
	rm -rf .venv .pytest_cache .ruff_cache build ./*.egg-info
