package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolRegistry;
import dev.pavise.policy.tool.ToolVersions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is registered, and who did it when. A value; each change makes another.
 *
 * @param stamps of the versions that can be run
 */
public record ToolBook(ToolRegistry registry, Map<Entry, Stamp> stamps) {
    static final ToolBook EMPTY = new ToolBook(ToolRegistry.empty(), Map.of());

    /** One version of one tool. */
    public record Entry(String toolId, String version) implements Comparable<Entry> {
        static Entry of(SignedManifest signed) {
            return of(signed.manifest().toolId(), signed.manifest().version());
        }

        static Entry of(String toolId, SemanticVersion version) {
            return new Entry(toolId, version.toString());
        }

        @Override
        public int compareTo(Entry other) {
            int byTool = toolId.compareTo(other.toolId);
            return byTool == 0 ? version.compareTo(other.version) : byTool;
        }
    }

    /** Who registered it, and when. */
    public record Stamp(String by, Instant at) {}

    public ToolBook {
        stamps = Map.copyOf(stamps);
    }

    /** The same with another registry; what it does not hold any more loses its stamp. */
    ToolBook with(ToolRegistry next) {
        Map<Entry, Stamp> kept = new TreeMap<>();
        for (ToolVersions versions : next.tools()) {
            for (SignedManifest signed : versions.live()) {
                Stamp stamp = stamps.get(Entry.of(signed));
                if (stamp != null) {
                    kept.put(Entry.of(signed), stamp);
                }
            }
        }
        return new ToolBook(next, kept);
    }

    /** These, and of the others those tools that are not among them: what is given goes before what is registered. */
    static ToolBook merged(ToolBook given, ToolBook registered) {
        List<ToolVersions> all = new ArrayList<>(given.registry().tools());
        registered.registry().tools().stream()
                .filter(tool -> !given.has(tool.toolId()))
                .forEach(all::add);
        return new ToolBook(ToolRegistry.of(all), registered.stamps());
    }

    /** Whether anything is known of a tool. */
    boolean has(String toolId) {
        return registry.tools().stream().anyMatch(tool -> tool.toolId().equals(toolId));
    }

    ToolBook stamped(SignedManifest signed, Stamp stamp) {
        Map<Entry, Stamp> more = new TreeMap<>(stamps);
        more.put(Entry.of(signed), stamp);
        return new ToolBook(registry, more);
    }

    /** Who registered a version, and when. */
    public Optional<Stamp> stamp(SignedManifest signed) {
        return Optional.ofNullable(stamps.get(Entry.of(signed)));
    }

    /** Whether a version that can be run names this content. */
    boolean names(String sha256) {
        return registry.tools().stream()
                .flatMap(versions -> versions.live().stream())
                .anyMatch(signed -> signed.manifest().sha256().equals(sha256));
    }

    /** What is asked for: a version, or where none is named the highest. */
    public ManifestResult find(String toolId, Optional<SemanticVersion> version) {
        return version.isPresent() ? registry.find(toolId, version.get()) : registry.find(toolId);
    }
}
