# Python classes as JS classes.
