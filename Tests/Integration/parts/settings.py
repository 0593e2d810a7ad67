"""What a run of the tests was asked for: which server, which databases, where the programs are."""
import dataclasses
import os
import pathlib
import shutil
import socket
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = REPOSITORY / "examples"
SCENARIOS = REPOSITORY / "Tests" / "Integration" / "scenarios"


@dataclasses.dataclass
class Settings:
    server: str = os.environ.get("INTEGRATION_SERVER", "sipd")
    databases: tuple = tuple(os.environ.get("INTEGRATION_DATABASES", "sqlite,mariadb").split(","))
    programs: pathlib.Path = pathlib.Path(os.environ.get("INTEGRATION_PROGRAMS", REPOSITORY / ".build" / "release"))
    keep: bool = bool(os.environ.get("INTEGRATION_KEEP"))

    def program(self, name):
        """A program of this repository as it was built, or one of the system."""
        built = self.programs / name
        found = str(built) if built.exists() else shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not found:
            raise FileNotFoundError(f"{name} is neither in {self.programs} nor on PATH")
        return found


settings = Settings()


def temporary_folder(parent="/tmp"):
    """A new folder; Unix socket paths below it stay short of the 107 bytes they may have."""
    return pathlib.Path(tempfile.mkdtemp(prefix="sipd-test-", dir=parent))


def free_port(address="127.0.0.1"):
    """A port on which nobody listens, neither on UDP nor on TCP."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(100):
        with socket.socket(family, socket.SOCK_STREAM) as stream:
            stream.bind((address, 0))
            port = stream.getsockname()[1]
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                try:
                    datagram.bind((address, port))
                    return port
                except OSError:
                    continue
    raise OSError("no free port")
