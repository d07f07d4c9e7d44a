"""The demo county: people and organisational life made up from a seed, with gaps planted on purpose.

``generation.generate`` is the way in. Everything up to the writing knows neither Django nor the rulebook:
tree, population and life are built in memory, the planner then plants its departures from the text of the
regulations alone, and the manifest says what a check-up has to find.
"""
