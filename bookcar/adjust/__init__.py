"""A week around what somebody fixed by hand: routes, beginnings of routes, single visits."""
