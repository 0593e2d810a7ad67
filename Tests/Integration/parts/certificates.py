"""Certificates of a test: a root of its own and what it signs."""
import subprocess

from .settings import settings


class Authority:
    """A certification authority in a folder."""

    def __init__(self, folder):
        self.folder = folder / "certificates"
        self.folder.mkdir(exist_ok=True)
        self.root = self.folder / "root.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                     "-subj", "/O=Test/CN=Test Root", "-keyout", "root.key", "-out", "root.pem")

    def openssl(self, *words):
        subprocess.run([settings.program("openssl"), *words], cwd=self.folder, check=True, capture_output=True, timeout=30)

    def issue(self, name, days=1, alternative=None):
        """Returns the paths of a certificate and its key; negative days make one that has expired."""
        (self.folder / f"{name}.ext").write_text(
            f"subjectAltName = {alternative or f'DNS:{name},URI:sip:{name},IP:127.0.0.1'}\n")
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                     "-subj", f"/C=DE/O=Test/OU=Unit/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        if days < 0:
            dates = ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"]
        else:
            dates = ["-days", str(days)]
        try:
            self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
                         "-extfile", f"{name}.ext", "-out", f"{name}.pem", *dates)
        except subprocess.CalledProcessError:
            self.issue_by_database(name, dates)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def issue_by_database(self, name, dates):
        """Older versions of OpenSSL take the dates of a certificate only with the command that keeps a database."""
        (self.folder / "index.txt").touch()
        (self.folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca = own\n[own]\ndir = {self.folder}\nnew_certs_dir = {self.folder}\n"
            f"database = {self.folder}/index.txt\nrand_serial = yes\ndefault_md = sha256\npolicy = any\n"
            "[any]\ncountryName = optional\norganizationName = optional\norganizationalUnitName = optional\n"
            "commonName = supplied\n")
        self.openssl("ca", "-batch", "-config", "ca.cnf", "-in", f"{name}.csr", "-cert", "root.pem", "-keyfile", "root.key",
                     "-extfile", f"{name}.ext", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-notext",
                     "-out", f"{name}.pem")
