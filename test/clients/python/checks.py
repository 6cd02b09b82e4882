"""Checks of a client against the emulator. Each prints one JSON line: {"check": its name, "ok": true}, or with the error.

A check starts with the world as it was at the emulator's start. The script's first argument is a JSON object with what the
test handed over: endpoint and control of the emulator, and more.
"""

import datetime
import json
import sys
import traceback
import urllib.request

given = json.loads(sys.argv[1])

_checks = []


def check(name):
    def register(function):
        _checks.append((name, function))
        return function

    return register


def run():
    for name, function in _checks:
        emulator.reset()
        try:
            function()
            line = {"check": name, "ok": True}
        except Exception:
            line = {"check": name, "ok": False, "error": traceback.format_exc()}
        print(json.dumps(line), flush=True)


class Raised:
    """`with raised(SomeError) as error: …`, then `error.value`. Nothing raised is a failure."""

    def __init__(self, kind):
        self._kind = kind
        self.value = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, _):
        assert value is not None, f"no {self._kind.__name__} was raised"
        self.value = value
        return isinstance(value, self._kind)


raised = Raised


class Emulator:
    """The emulator's control port."""

    def __init__(self, control):
        self._control = control
        # No proxy of this machine stands between.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def reset(self):
        self._call("POST", "/reset")

    def advance(self, ms):
        self._call("POST", "/clock", {"advanceMs": ms})

    def now(self):
        """The world's time, to the second."""
        text = self._call("GET", "/clock")["now"]
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(microsecond=0)

    def fault(self, **rule):
        self._call("POST", "/faults", rule)

    def ledger(self, action):
        return self._call("GET", f"/ledger?action={action}")["entries"]

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._control + path, data=data, method=method, headers={"content-type": "application/json"}
        )
        with self._opener.open(request, timeout=10) as response:
            return json.loads(response.read())


emulator = Emulator(given["control"])


def with_seconds(time):
    """The form in which a release time is sent."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def by_the_minute(time):
    """The form in which DescribeInstances answers it."""
    return time.strftime("%Y-%m-%dT%H:%MZ")
