"""How large a model may be: enough for any product, too little to hurt."""

VARIABLES = 2_000
OPTIONS_OF_ONE = 500
OPTIONS = 20_000
RULES = 10_000
ROWS = 50_000
"""of one table"""
ALL_ROWS = 300_000
COLUMNS = 12
LONGEST_NAME = 200
LONGEST_MESSAGE = 500
COMBINATIONS = 10_000
"""of variables that a term joins in a way that is not linear"""
FACTORS = 4
"""price rules that multiply; the best price tries each way in which they hold"""
CLAUSES = 2_000_000
WEIGHTED = 50_000
LARGEST_WEIGHT = 2**31 - 1
