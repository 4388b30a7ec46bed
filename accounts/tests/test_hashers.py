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
    at_once, peaks, lock, is_full = [], [], Lock(), Event()

    def slow_encode(self, password, salt):
        with lock:
            at_once.append(password)
            peaks.append(len(at_once))
        if len(at_once) >= MAX_HASHES_AT_ONCE:
            is_full.set()
        is_full.wait(timeout=10)
        with lock:
            at_once.pop()
        return password

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow_encode)

    with ThreadPoolExecutor(30) as threads:
        list(threads.map(lambda i: Argon2Hasher().encode(str(i), "salt"), range(30)))

    assert max(peaks) == MAX_HASHES_AT_ONCE
