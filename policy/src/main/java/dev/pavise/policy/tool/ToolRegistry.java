package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The manifests that are known, by tool and version: a value, of which each change makes another. Versions of a tool only
 * go up: one that is not newer than all that were ever registered is refused, so that a flaw that was mended does not come
 * back by an old manifest, however well signed; and what was removed stays removed.
 *
 * <p>Being here means having been checked once. Whoever runs a tool checks it anew.
 */
public final class ToolRegistry {
    private static final int MAX_TOOLS = 10_000;

    private final SortedMap<String, ToolVersions> tools;

    private ToolRegistry(SortedMap<String, ToolVersions> tools) {
        this.tools = tools;
    }

    public static ToolRegistry empty() {
        return new ToolRegistry(new TreeMap<>());
    }

    /** One that was written down; throws {@link IllegalArgumentException} where it cannot have been one. */
    public static ToolRegistry of(Collection<ToolVersions> versions) {
        SortedMap<String, ToolVersions> tools = new TreeMap<>();
        for (ToolVersions tool : versions) {
            if (tools.put(tool.toolId(), tool) != null) {
                throw new IllegalArgumentException("tool `" + tool.toolId() + "` is there twice");
            }
        }
        return new ToolRegistry(tools);
    }

    /** The highest version of a tool. */
    public ManifestResult find(String toolId) {
        ToolVersions versions = tools.get(toolId);
        if (versions == null) {
            return missing(toolId);
        }
        Optional<SignedManifest> highest = versions.highest();
        return highest.isPresent()
                ? new ManifestResult.Present(highest.get())
                : new Refused(ToolRefusal.VERSION_REMOVED, "every version of tool `" + toolId + "` was removed");
    }

    /** One version of a tool. */
    public ManifestResult find(String toolId, SemanticVersion version) {
        ToolVersions versions = tools.get(toolId);
        return versions == null ? missing(toolId) : versions.find(version);
    }

    private static Refused missing(String toolId) {
        return new Refused(
                ToolRefusal.MANIFEST_MISSING, "no manifest is registered for tool `" + Quoted.of(toolId) + "`");
    }

    /** Registers a manifest that a trusted key signed. */
    public Registration register(TrustedManifest trusted) {
        SignedManifest signed = trusted.signed();
        String toolId = trusted.manifest().toolId();
        ToolVersions versions = tools.get(toolId);
        if (versions == null) {
            return tools.size() < MAX_TOOLS
                    ? new Registration.Registered(with(ToolVersions.first(signed)), true)
                    : new Refused(ToolRefusal.REGISTRY_FULL, "there are " + MAX_TOOLS + " tools, remove one first");
        }
        return switch (versions.add(signed)) {
            case Refused refused -> refused;
            case ToolVersions.Added(ToolVersions now) -> new Registration.Registered(with(now), !now.equals(versions));
        };
    }

    /** Removes one version, which leaves a tombstone. Empty where there is no such version. */
    public Optional<ToolRegistry> remove(String toolId, SemanticVersion version) {
        return Optional.ofNullable(tools.get(toolId))
                .flatMap(versions -> versions.remove(version))
                .map(this::with);
    }

    /** Removes every version of a tool; empty where there is none left. */
    public Optional<ToolRegistry> remove(String toolId) {
        return Optional.ofNullable(tools.get(toolId))
                .flatMap(ToolVersions::removeAll)
                .map(this::with);
    }

    /** All tools, in the order of their ids, those with nothing but tombstones too. */
    public Collection<ToolVersions> tools() {
        return Collections.unmodifiableCollection(tools.values());
    }

    private ToolRegistry with(ToolVersions versions) {
        SortedMap<String, ToolVersions> changed = new TreeMap<>(tools);
        changed.put(versions.toolId(), versions);
        return new ToolRegistry(changed);
    }
}
