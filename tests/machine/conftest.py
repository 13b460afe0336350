"""What the machine asserts is shown with its values."""

import pytest

pytest.register_assert_rewrite(
    *(
        f"tests.machine.{name}"
        for name in ("walking", "quotes", "units", "quoting", "ordering", "changing", "serving")
    )
)
