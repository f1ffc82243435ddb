"""The proxies that are compared: how each is started, and what it is."""
from __future__ import annotations

import glob
import http.client
import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field

from . import controls
from .machine import Process, compiler_seconds, cpu_seconds, said
from .material import AUDIENCE, ISSUER
from .site import BENCH, HOME, LIBRARIES, ROOT, Site, free_port


class Broken(Exception):
    """A contestant did not do what a measurement needs; the text says what."""


# What may go wrong with one contestant without ending the run of the others.
TROUBLE = (Broken, OSError, ValueError, subprocess.SubprocessError)


@dataclass
class Contestant:
    """One proxy. Subclasses know its program; a run starts it, asks it and stops it."""
    name: str
    remembers: bool = False
    ports: dict[str, int] = field(default_factory=lambda: {"plain": free_port(), "tls": free_port(), "mtls": free_port()})
    compiles = False  # at run time, so that it needs a warm-up
    process: Process | None = None
    folder = log = output = ""
    started = 0.0

    def missing(self) -> str | None:
        """Why it cannot run here."""
        return None

    def version(self) -> str:
        return "given by the command line"

    def command(self, site: Site, threads: int) -> list[str]:
        raise NotImplementedError

    def environment(self, site: Site, threads: int) -> dict[str, str]:
        return {"PEER_DIR": site.material.folder, "PEER_WORK": self.folder, "PEER_LOG": self.log, "PEER_ISS": ISSUER, "PEER_AUD": AUDIENCE,
                "PEER_HS_SECRET": site.material.secret, "PEER_BACKEND_PORT": str(site.backend_port), "PEER_THREADS": str(threads),
                "PEER_PORT_PLAIN": str(self.ports["plain"]), "PEER_PORT_TLS": str(self.ports["tls"]), "PEER_PORT_MTLS": str(self.ports["mtls"]),
                "PEER_CACHE_TOKENS": "1" if self.remembers else "0"}

    def start(self, site: Site, label: str, threads: int = 1) -> None:
        self.folder = os.path.join(site.folder, f"{self.name}-{label}")
        os.makedirs(self.folder, exist_ok=True)
        self.log = os.path.join(self.folder, "audit.log")
        self.output = os.path.join(self.folder, "out.txt")
        command = self.command(site, threads)
        cores = str(site.choices.proxy_core) if threads == 1 else site.all_cores
        self.started = time.monotonic()
        self.process = Process(command, cores, self.output, {**os.environ, **self.environment(site, threads)})

    def await_answer(self, site: Site, limit: float = 90) -> float:
        """Seconds from the start to the first answered request, over TLS and with a token."""
        while (taken := time.monotonic() - self.started) < limit:
            if self.process is None or self.process.ended():
                raise Broken(f"ended at start: {self.last_words()}")
            try:
                if controls.ask(site.material, self.ports["tls"], "/v1/ping", "ES256") == 200:
                    return time.monotonic() - self.started
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.002)
        raise Broken(f"did not answer within {taken:.0f} s: {self.last_words()}")

    def said(self) -> str:
        """What it wrote to its outputs, other than to a log there."""
        words = ""
        for path in (self.output, self.output + ".err"):
            if os.path.exists(path) and path != self.log:
                with open(path, encoding="utf-8", errors="replace") as file:
                    words += file.read()
        return words

    def last_words(self) -> str:
        return " ".join(self.said()[-600:].split()) or "it said nothing"

    def pids(self) -> list[int]:
        return self.process.family() if self.process else []

    def cpu(self, pids: list[int]) -> float:
        return cpu_seconds(pids)

    def compiling(self, pids: list[int]) -> float:
        return compiler_seconds(pids) if self.compiles else 0.0

    def serving(self, port: str) -> Contestant:
        """Who answers on a port: itself, unless a subclass has another process for it."""
        return self

    def stop(self) -> None:
        if self.process:
            self.process.stop()
            self.process = None


@dataclass
class Unpacked(Contestant):
    """A program of a newer Debian release, unpacked into a folder, run with that release's own libraries."""
    suite: str = ""
    program = ""

    @property
    def root(self) -> str:
        return f"{HOME}/root-{self.suite}" if self.suite else ""

    @property
    def binary(self) -> str:
        return f"{self.root}/usr/sbin/{self.program}"

    def missing(self) -> str | None:
        return None if os.path.exists(self.binary) else f"{self.program} is not there; run bench/setup"

    def run(self, *words: str) -> list[str]:
        if not self.root:
            return [*words]
        return [f"{self.root}/usr/lib64/ld-linux-x86-64.so.2", "--library-path", f"{self.root}/{LIBRARIES}", *words]


@dataclass
class Haproxy(Unpacked):
    program = "haproxy"

    def version(self) -> str:
        told = said(*self.run(self.binary, "-vv"))
        found = [re.search(pattern, told) for pattern in (r"version (\S+)", r"Running on.*?: (OpenSSL \S+)")]
        return "HAProxy " + ", ".join(match.group(1) for match in found if match)

    def command(self, site: Site, threads: int) -> list[str]:
        self.output = self.log  # it writes its log to standard output
        return self.run(self.binary, "-db", "-f", os.path.join(BENCH, "peers", "haproxy", "haproxy.cfg"))


@dataclass
class Nginx(Unpacked):
    program = "nginx"

    def version(self) -> str:
        told = subprocess.run(self.run(self.binary, "-V"), capture_output=True, text=True, check=False).stderr
        match = re.search(r"nginx/(\S+)", told)
        openssl = said(*self.run(f"{self.root}/usr/bin/openssl", "version")).split()
        return f"nginx {match.group(1) if match else '?'}, OpenSSL {openssl[1] if len(openssl) > 1 else '?'}, lua module and luaossl"

    def command(self, site: Site, threads: int) -> list[str]:
        modules = [f"load_module {self.root}/usr/lib/nginx/modules/{name};" for name in ("ndk_http_module.so", "ngx_http_lua_module.so")]
        door = self._template("controlled.conf")
        doors = (door.replace("@PORT@", str(self.ports["tls"])).replace("@MTLS@", "")
                 + door.replace("@PORT@", str(self.ports["mtls"])).replace("@MTLS@", "ssl_client_certificate @DIR@/ca.crt; ssl_verify_client on;"))
        values = {"MODULES": "\n".join(modules) + ("\nuser root;" if os.getuid() == 0 else ""), "THREADS": threads, "WORK": self.folder,
                  "DIR": site.material.folder, "ISS": ISSUER, "AUD": AUDIENCE, "HS_SECRET": site.material.secret, "CACHE": int(self.remembers),
                  "BACKEND_PORT": site.backend_port, "LOG": self.log, "PORT_PLAIN": self.ports["plain"],
                  "LUA_PATH": f"{BENCH}/peers/nginx/?.lua;{self.root}/usr/share/lua/5.1/?.lua;;", "LUA_CPATH": f"{self.root}/{LIBRARIES}/lua/5.1/?.so;;"}
        text = self._template("nginx.conf").replace("@CONTROLLED@", doors)
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return self.run(self.binary, "-p", self.folder, "-e", os.path.join(self.folder, "error.log"), "-c", path)

    @staticmethod
    def _template(name: str) -> str:
        with open(os.path.join(BENCH, "peers", "nginx", name), encoding="utf-8") as file:
            return file.read()


@dataclass
class Jvm(Contestant):
    """A gateway built by bench/setup from bench/peers."""
    project: str = ""
    main: str = ""
    native_tls: bool = False
    flags: tuple[str, ...] = ()
    compiles = True

    @property
    def build(self) -> str:
        return f"{HOME}/build/{self.project}"

    def missing(self) -> str | None:
        return None if os.path.exists(f"{self.build}/peer-{self.project}-1.jar") else f"{self.project} is not built; run bench/setup"

    def version(self) -> str:
        wanted = {"vertx": ("vertx-core-", "netty-handler-4"), "scg": ("spring-cloud-gateway-server-webflux-", "spring-boot-4", "netty-handler-4")}[self.project]
        names = [os.path.basename(path)[:-4] for path in sorted(glob.glob(f"{self.build}/lib/*.jar"))]
        found = [name for start in wanted for name in names if name.startswith(start)]
        if self.native_tls:
            found += [os.path.basename(path)[:-4].replace("-linux-x86_64", "") for path in glob.glob(f"{self.build}/lib-tcnative/*boringssl*linux-x86_64.jar")]
        return ", ".join(found)

    def environment(self, site: Site, threads: int) -> dict[str, str]:
        return {**super().environment(site, threads), "PEER_TCNATIVE": "1" if self.native_tls else "0"}

    def command(self, site: Site, threads: int) -> list[str]:
        path = f"{self.build}/peer-{self.project}-1.jar:{self.build}/lib/*" + (f":{self.build}/lib-tcnative/*" if self.native_tls else "")
        return [site.java, *shlex.split(site.choices.jvm_flags), *self.flags, "-cp", path, self.main]


@dataclass
class Subject(Contestant):
    """A proxy of ours, or another that follows the orders in the environment: a shell command that stays in the foreground."""
    line: str = ""
    plain: Subject | None = None  # the process that has the plain port, where that is another one
    compiles = True

    def serving(self, port: str) -> Contestant:
        return self.plain if self.plain and port == "plain" else self

    def stop(self) -> None:
        super().stop()
        if self.plain:
            self.plain.stop()

    def command(self, site: Site, threads: int) -> list[str]:
        return ["bash", "-c", self.line]

    def version(self) -> str:
        if BENCH not in self.line:
            return "given by the command line"
        changed = " with changes" if said("git", "status", "--porcelain", "--untracked-files=no", folder=ROOT) else ""
        return f"commit {said('git', 'rev-parse', '--short', 'HEAD', folder=ROOT) or 'unknown'}{changed}"


def ours() -> Subject:
    """The product by its own launcher; the plain port, which is no part of the product, in a process of its own."""
    script = f"{shlex.quote(BENCH)}/peer-subject"
    return Subject("pavise", line=f"exec {script}", plain=Subject("pavise-plain", line=f"PAVISE_PLAIN=1 exec {script}"))


def build_ours() -> None:
    """The launcher builds what it runs, so that building is not measured."""
    if subprocess.run([os.path.join(ROOT, "pavise"), "--help"], stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("compare: ./pavise does not run; see what it says above")


def peers() -> dict[str, Contestant]:
    """Every peer that is known, by name."""
    known = [Haproxy("haproxy-2.6"), Haproxy("haproxy-2.6-cache", remembers=True), Haproxy("haproxy-3.2", suite="sid"),
             Haproxy("haproxy-3.2-cache", suite="sid", remembers=True), Nginx("nginx-1.22"), Nginx("nginx-1.22-cache", remembers=True),
             Nginx("nginx-1.30", suite="sid"), Nginx("nginx-1.30-cache", suite="sid", remembers=True)]
    for project, main, flags in (("vertx", "peer.VertxPeer", ()), ("scg", "peer.GatewayPeer", ("-Dreactor.netty.ioWorkerCount=1",))):
        known.append(Jvm(project, project=project, main=main))
        known.append(Jvm(project + "-tcnative", project=project, main=main, native_tls=True, flags=flags))
    return {peer.name: peer for peer in known}
