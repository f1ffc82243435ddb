package dev.pavise.policy.tool;

/** A tool, or a manifest, that did not get further, and why: fit to be shown, without control characters or secrets. */
public record Refused(ToolRefusal code, String reason)
        implements ManifestResult, Admission, Verification, Registration, ToolVersions.Addition {}
