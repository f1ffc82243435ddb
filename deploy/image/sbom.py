"""sbom.py NAME PACKAGES RELEASE JARS VERSION: what the image contains, in CycloneDX 1.5, on standard output."""

import hashlib
import json
import pathlib
import re
import sys
import zipfile
from urllib.parse import quote


def deb(line):
    name, version, architecture = line.split("\t")
    purl = f"pkg:deb/debian/{name}@{quote(version)}?arch={architecture}"
    return {"type": "library", "name": name, "version": version, "purl": purl}


def runtime(release):
    said = dict(re.findall(r'^(\w+)="(.*)"$', release.read_text(), re.M))
    version = said["JAVA_RUNTIME_VERSION"] if "JAVA_RUNTIME_VERSION" in said else said["JAVA_VERSION"]
    return {"type": "platform", "name": "java", "version": version, "publisher": said.get("IMPLEMENTOR", "")}


def jar(path):
    with zipfile.ZipFile(path) as archive:
        said = [name for name in archive.namelist() if re.fullmatch(r"META-INF/maven/[^/]+/[^/]+/pom\.properties", name)]
        # A jar that others are packed into tells of each; then its name alone says what it is.
        properties = dict(re.findall(r"^(\w+)=(.*?)\r?$", archive.read(said[0]).decode(), re.M)) if len(said) == 1 else {}
    named = re.fullmatch(r"(.+?)-(\d.*?)(-linux-\w+)?", path.stem)
    name, version = (named[1], named[2]) if named else (path.stem, "")
    component = {
        "type": "library",
        "name": properties.get("artifactId", name),
        "version": properties.get("version", version),
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
    }
    if "groupId" in properties:
        component["purl"] = f"pkg:maven/{properties['groupId']}/{component['name']}@{component['version']}"
    return component


def main():
    name, packages, release, jars, version = sys.argv[1:]
    components = [deb(line) for line in pathlib.Path(packages).read_text().splitlines()]
    components.append(runtime(pathlib.Path(release)))
    components += [jar(path) for path in sorted(pathlib.Path(jars).glob("*.jar"))]
    subject = {"type": "container", "name": name, "version": version}
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": subject}, "components": components}
    json.dump(bom, sys.stdout, indent=1)
    print()


main()
