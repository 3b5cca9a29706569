"""A server in a process of its own, for the tests that talk to one."""

import json
import signal
import subprocess
import sys

import requests
from conftest import ENVIRONMENT, PAPER, wait_until


class Running:
    """A server in a process of its own, with its log and its folder for temporary files."""

    def __init__(self, folder, *options):
        self.temporary, self.log = folder / "tmp", folder / "log"
        self.temporary.mkdir()
        command = [sys.executable, "-m", "sciassist.cli", "serve", "--port", "0", *options]
        environment = ENVIRONMENT | {"TMPDIR": str(self.temporary)}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stderr=log, env=environment)
        self.url = wait_until(self.address, "address in the log")

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]

    def address(self):
        assert self.process.poll() is None, self.log.read_text()
        return next((line["address"] for line in self.lines() if "address" in line), None)

    def get(self, path, **options):
        return requests.get(f"{self.url}{path}", timeout=60, **options)

    def post(self, service, method="POST", **options):
        return requests.request(method, f"{self.url}/api/{service}", timeout=60, **options)

    def paper(self, service, content=None, name="paper.pdf", headers=None, **fields):
        pdf = PAPER.read_bytes() if content is None else content
        return self.post(service, files={"input": (name, pdf, "application/pdf")}, data=fields, headers=headers)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def saving_corrections(folder, workers):
    """Run a server that saves corrections in a folder, until a test is done with it."""
    running = Running(folder, "--workers", str(workers), "--corrections", str(folder / "corrected"))
    running.corrected = folder / "corrected"
    yield running
    assert running.stop() == 0
