"""Runs scenarios of sipp, from Tests/Integration/scenarios."""
import subprocess
import time

from .settings import SCENARIOS, free_port, settings


class Sipp:
    """One sipp process; `finish()` waits for it and checks that every call of it went as the scenario says.

    `through` is a relay that stands before the server.
    """

    def __init__(self, folder, scenario, server, calls=1, rate=20, port=None, users=None, keys=None,
                 through=None, conversation=0.2, seconds=40):
        self.scenario, self.seconds = scenario, seconds
        self.port = port or free_port()
        name = f"{scenario}-{self.port}"
        self.errors = folder / f"{name}.errors"
        self.command = [
            settings.program("sipp"), f"{server.address}:{(through or server).port}", "-sf", str(SCENARIOS / f"{scenario}.xml"),
            "-i", "127.0.0.1", "-p", str(self.port), "-m", str(calls), "-r", str(rate), "-l", str(max(calls, 1)),
            "-d", str(int(conversation * 1000)), "-timeout", f"{seconds}s", "-timeout_error", "-nostdin",
            "-trace_err", "-error_file", str(self.errors)]
        if users:
            table = folder / f"{name}.csv"
            table.write_text("SEQUENTIAL\n" + "".join(";".join(row) + "\n" for row in users))
            self.command += ["-inf", str(table)]
        for key, value in (keys or {}).items():
            self.command += ["-key", key, str(value)]
        self.output = folder / f"{name}.output"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, cwd=folder)

    def finish(self):
        try:
            status = self.process.wait(self.seconds + 10)
        finally:
            self.stop()
        if status != 0:
            raise AssertionError(f"sipp {self.scenario} ended with {status}:\n{self.report()}")

    def report(self):
        errors = self.errors.read_text(errors="replace")[-4000:] if self.errors.exists() else ""
        return errors + self.output.read_text(errors="replace")[-2500:]

    def wait_until_bound(self):
        """Returns when a called side has its socket."""
        wanted = f":{self.port:04X} "
        deadline = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < deadline:
            with open("/proc/net/udp") as table:
                if any(wanted in line.split(maxsplit=2)[1] + " " for line in table):
                    return self
            time.sleep(0.02)
        raise AssertionError(f"sipp {self.scenario} does not listen:\n{self.report()}")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
