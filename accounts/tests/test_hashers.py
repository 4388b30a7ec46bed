from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.hashers import MAX_HASHES_AT_ONCE, Argon2Hasher


def test_a_hash_costs_nineteen_mebibytes():
    summary = Argon2Hasher().safe_summary(Argon2Hasher().encode("a password", "salt5678"))

    assert (summary["variety"], summary["memory cost"], summary["time cost"]) == (
        "argon2id",
        19 * 1024,
        2,
    )


def test_a_password_is_known_again():
    hasher = Argon2Hasher()
    encoded = hasher.encode("a password", "salt5678")

    assert hasher.verify("a password", encoded)
    assert not hasher.verify("another", encoded)


def test_the_ninth_hash_waits(monkeypatch):
    attempts, running, peaks = [], [], []
    lock, all_have_begun = Lock(), Event()

    def slow_encode(self, password, salt):
        with lock:
            running.append(password)
            peaks.append(len(running))
        all_have_begun.wait(timeout=10)
        with lock:
            running.pop()
        return password

    def attempt(number):
        attempts.append(number)
        if len(attempts) == 30:
            all_have_begun.set()
        Argon2Hasher().encode(str(number), "salt")

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow_encode)

    with ThreadPoolExecutor(30) as threads:
        list(threads.map(attempt, range(30)))

    assert max(peaks) == MAX_HASHES_AT_ONCE
