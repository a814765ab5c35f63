# What there is to do here. Each line is a script in scripts/, which says at its top what it does and takes.

.PHONY: setup demo test bench check fix sip lock

setup: ; @scripts/setup $(GOAL)
demo:  ; @ONCE=$(ONCE) scripts/demo $(ARGS)
test:  ; @scripts/test $(ARGS)
bench: ; @scripts/bench $(ARGS)
check: ; @scripts/check
fix:   ; @scripts/fix
sip:   ; @scripts/sip $(SCENARIO)
lock:  ; @scripts/lock
