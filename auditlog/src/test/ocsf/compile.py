#!/usr/bin/env python3
"""Compiles the classes that Pavise writes out of the sources of the Open Cybersecurity Schema Framework.

Called as: compile.py CHECKOUT > ../resources/ocsf/ocsf-1.8.0.json
CHECKOUT is a clone of https://github.com/ocsf/ocsf-schema at tag 1.8.0. What comes out holds, of each class and of
each object that a class can hold, its attributes (type, whether it is a list, requirement, allowed numbers, profile)
and its constraints, with what they inherit. See README.md beside this file.
"""
import json
import pathlib
import sys

CLASSES = ["api_activity", "authentication", "authorize_session"]

root = pathlib.Path(sys.argv[1])
load = lambda path: json.loads(path.read_text())
dictionary = load(root / "dictionary.json")
categories = load(root / "categories.json")["attributes"]
events = {e["name"]: e for e in map(load, root.glob("events/**/*.json"))}
objects = {o["name"]: o for o in map(load, root.glob("objects/*.json"))}
profiles = {p["name"]: p for p in map(load, root.glob("profiles/*.json"))}


def own(item):
    """The attributes of one file, with those of the profiles that it includes."""
    attributes = {}
    raw = dict(item.get("attributes", {}))
    for path in raw.pop("$include", []):
        profile = load(root / path)
        for name, attribute in profile["attributes"].items():
            attributes[name] = dict(attribute, profile=profile["name"])
    for name, attribute in raw.items():
        attributes[name] = {**attributes.get(name, {}), **attribute}
    return attributes


def inherited(item, among):
    attributes, constraints = {}, {}
    if "extends" in item and item["extends"] in among:
        attributes, constraints = inherited(among[item["extends"]], among)
    for name, attribute in own(item).items():
        before = attributes.get(name, {})
        merged = {**before, **{k: v for k, v in attribute.items() if v is not None or k == "profile"}}
        if "enum" in before and "enum" in attribute:
            merged["enum"] = {**before["enum"], **attribute["enum"]}
        attributes[name] = merged
    return attributes, item.get("constraints", constraints)


def compiled(item, among, pending):
    attributes, constraints = inherited(item, among)
    result = {}
    for name, attribute in sorted(attributes.items()):
        known = dictionary["attributes"].get(name, {})
        entry = {"type": attribute.get("type") or known.get("type")}
        if known.get("is_array") or attribute.get("is_array"):
            entry["array"] = True
        enum = {**known.get("enum", {}), **attribute.get("enum", {})}
        if enum:
            entry["enum"] = sorted(enum)
        entry["requirement"] = attribute.get("requirement") or "optional"
        if attribute.get("profile"):
            entry["profile"] = attribute["profile"]
        if entry["type"] in objects and entry["type"] != "object":
            entry["object"] = True
            pending.add(entry["type"])
        result[name] = entry
    return {"attributes": result, "constraints": constraints}


pending, done = set(), {}
classes = {}
for name in CLASSES:
    event = events[name]
    item = compiled(event, events, pending)
    parent = event
    while "category" not in parent:
        parent = events[parent["extends"]]
    number = categories[parent["category"]]["uid"]
    item["category_uid"] = number
    item["class_uid"] = number * 1000 + event["uid"]
    item["caption"] = event["caption"]
    parent, allowed = event, set()
    while True:
        allowed.update(parent.get("profiles", []))
        if parent.get("extends") not in events:
            break
        parent = events[parent["extends"]]
    item["profiles"] = sorted(allowed)
    classes[name] = item
while pending - done.keys():
    name = sorted(pending - done.keys())[0]
    done[name] = compiled(objects[name], objects, pending)
types = {
    name: {key: value[key] for key in ("type", "regex", "max_len", "range", "values") if key in value}
    for name, value in sorted(dictionary["types"]["attributes"].items())
}
out = {"version": load(root / "version.json")["version"], "classes": classes, "objects": done, "types": types}
json.dump(out, sys.stdout, indent=None, sort_keys=True, separators=(",", ":"))
print()
