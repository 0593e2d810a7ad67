"""The server under test: sipd, or the Kamailio of the distribution to prove that a test asks for the right thing."""
import os
import signal
import subprocess
import time

from .settings import free_port, settings


class Server:
    """One running server on ports and folders of its own.

    `defines` are given by -A; a pair (NAME, text) becomes NAME="text", a string is defined without a value.
    """

    def __init__(self, config, folder, defines=(), database=None, port=None, protocols=("udp", "tcp"), address="127.0.0.1",
                 tls_port=None):
        self.config, self.folder, self.database, self.address = config, folder, database, address
        self.port = port or free_port(address)
        self.run_folder = folder / "run"
        self.run_folder.mkdir(exist_ok=True)
        self.log_path = folder / "server.log"
        self.options = ["-f", str(config)]
        host = f"[{address}]" if ":" in address else address
        for protocol in protocols:
            self.options += ["-l", f"{protocol}:{host}:{self.port}"]
        self.tls_port = tls_port
        if tls_port:
            self.options += ["-l", f"tls:{host}:{tls_port}"]
        self.options += ["-Y", str(self.run_folder)]
        if database:
            defines = [*defines, *database.defines, ("DBURL", database.url)]
        for define in defines:
            self.options += ["-A", define if isinstance(define, str) else f'{define[0]}="{define[1]}"']
        self.process = None

    def command(self):
        if settings.server == "kamailio":
            return [settings.program("kamailio"), "-DD", "-E", "-m", "64", "-M", "8", "-w", str(self.run_folder),
                    "-P", str(self.run_folder / "pid"), *self.options]
        return [settings.program("sipd"), *self.options]

    def start(self):
        """Returns when the server answers on its sockets."""
        self.launch()
        deadline = time.monotonic() + 30
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start ({self.process.poll()}):\n{self.log()}")
            time.sleep(0.02)
        return self

    def launch(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, cwd=self.folder)

    def ready(self):
        if settings.server == "kamailio":
            from .sip import Agent
            with Agent() as agent:
                return agent.ping((self.address, self.port))
        return "sipd is ready" in self.log()

    def stop(self, how=signal.SIGTERM):
        """Ends the server and returns its exit status; without an order it had ten seconds for one in order."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        status = self.process.wait(10)
        self.process = None
        return status

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        return self.start()

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait_for_log(self, text, seconds=5):
        deadline = time.monotonic() + seconds
        while text not in self.log():
            if time.monotonic() > deadline:
                raise AssertionError(f"{text!r} does not appear in the log:\n{self.log()}")
            time.sleep(0.02)

    def rpc(self, method, *parameters):
        """What sipcmd (or kamcmd) prints."""
        if settings.server == "kamailio":
            program, socket = "kamcmd", f"unix:{self.run_folder / 'kamailio_ctl'}"
        else:
            program, socket = "sipcmd", str(self.run_folder / "control.sock")
        result = subprocess.run([settings.program(program), "-s", socket, method, *map(str, parameters)],
                                capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            raise AssertionError(f"{method}: exit {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout
