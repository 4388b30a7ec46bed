"""What stands in the queue: JSON with a signature, and nothing that runs."""

import json
import pickle

import pytest
from huey.registry import Message

from visits.digests.serializer import JsonSerializer

JOB = Message(id="1", name="deliver", eta=None, retries=0, retry_delay=0, args=[[1, 2]], kwargs={})


def test_job_comes_back_as_it_was():
    serializer = JsonSerializer()

    assert serializer.deserialize(serializer.serialize(JOB)) == JOB


def test_job_is_written_as_json():
    written, _, _ = JsonSerializer().serialize(JOB).rpartition(b":")

    assert json.loads(written)["args"] == [[1, 2]]


def test_job_that_was_changed_is_refused():
    written = JsonSerializer().serialize(JOB)

    with pytest.raises(ValueError, match="mismatch"):
        JsonSerializer().deserialize(written.replace(b"[[1, 2]]", b"[[1, 3]]"))


def test_job_of_another_secret_is_refused(settings):
    written = JsonSerializer().serialize(JOB)
    settings.SECRET_KEY = "another-secret-key-of-at-least-fifty-characters-here"

    with pytest.raises(ValueError, match="mismatch"):
        JsonSerializer().deserialize(written)


def test_pickle_is_refused_before_it_is_read():
    with pytest.raises(ValueError, match=r"not found|mismatch"):
        JsonSerializer().deserialize(pickle.dumps(JOB))


def test_what_is_no_json_is_not_written():
    with pytest.raises(TypeError):
        JsonSerializer().serialize(JOB._replace(args=[object()]))
