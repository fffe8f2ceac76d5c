import pytest

from nst_numpy.large import crew as crews


@pytest.fixture(scope="package")
def two():
    """Two workers on this machine."""
    yield crews.crew_of("local:2")
    crews.dismiss("local:2")
