from bookcar.optimiser.sisr.compiled import compiled
@compiled
def refresh(layout, state, number):
    pass
@compiled
def repair(layout, state, number):
    pass
