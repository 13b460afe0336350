"""Words every room uses: money, rates, quantities, periods, clocks, ids, findings, errors."""
