package dev.pavise.policy.tool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The versions of one tool, from the lowest to the highest.
 *
 * @param live those that can be run
 * @param removed those that were, and will not be again; old ones may be forgotten, as the newest known says the same
 * @param newest the highest that ever was registered
 */
public record ToolVersions(
        String toolId, List<SignedManifest> live, List<SemanticVersion> removed, SemanticVersion newest) {
    private static final int MAX_LIVE = 100;
    private static final int MAX_REMOVED = 100;

    /** What adding one came to. */
    sealed interface Addition permits Added, Refused {}

    /** It is there. */
    record Added(ToolVersions now) implements Addition {}

    /** Throws {@link IllegalArgumentException} where these cannot be the versions of one tool. */
    public ToolVersions {
        live = List.copyOf(live);
        removed = List.copyOf(removed);
        ToolManifest.checkToolId(toolId);
        Set<SemanticVersion> gone = new HashSet<>(removed);
        for (SemanticVersion version : gone) {
            if (version.isNewerThan(newest)) {
                throw unfit(toolId, version);
            }
        }
        SemanticVersion before = null;
        for (SignedManifest signed : live) {
            SemanticVersion version = signed.manifest().version();
            boolean rising = before == null || version.isNewerThan(before);
            if (!signed.manifest().toolId().equals(toolId)
                    || !rising
                    || version.isNewerThan(newest)
                    || gone.contains(version)) {
                throw unfit(toolId, version);
            }
            before = version;
        }
    }

    private static IllegalArgumentException unfit(String toolId, SemanticVersion version) {
        return new IllegalArgumentException("version " + version + " of tool `" + toolId + "` does not fit the others");
    }

    static ToolVersions first(SignedManifest signed) {
        ToolManifest manifest = signed.manifest();
        return new ToolVersions(manifest.toolId(), List.of(signed), List.of(), manifest.version());
    }

    /** The one that runs where no version is named. */
    public Optional<SignedManifest> highest() {
        return live.isEmpty() ? Optional.empty() : Optional.of(live.getLast());
    }

    ManifestResult find(SemanticVersion version) {
        Optional<SignedManifest> found = alive(version);
        if (found.isPresent()) {
            return new ManifestResult.Present(found.get());
        }
        return removed.contains(version)
                ? new Refused(
                        ToolRefusal.VERSION_REMOVED, "version " + version + " of tool `" + toolId + "` was removed")
                : new Refused(ToolRefusal.VERSION_MISSING, "tool `" + toolId + "` has no version " + version + " here");
    }

    private Optional<SignedManifest> alive(SemanticVersion version) {
        return live.stream()
                .filter(signed -> signed.manifest().version().equals(version))
                .findFirst();
    }

    Addition add(SignedManifest signed) {
        SemanticVersion version = signed.manifest().version();
        Optional<SignedManifest> same = alive(version);
        if (same.isPresent()) {
            return again(same.get(), signed);
        }
        if (removed.contains(version)) {
            return new Refused(
                    ToolRefusal.VERSION_REMOVED,
                    "version " + version + " of tool `" + toolId + "` was removed, register a newer one");
        }
        if (!version.isNewerThan(newest)) {
            return new Refused(
                    ToolRefusal.VERSION_OLDER,
                    "version " + version + " of tool `" + toolId + "` is not newer than " + newest
                            + ", which was registered");
        }
        if (live.size() >= MAX_LIVE) {
            return new Refused(
                    ToolRefusal.REGISTRY_FULL, "tool `" + toolId + "` has " + MAX_LIVE + " versions, remove one first");
        }
        List<SignedManifest> more = new ArrayList<>(live);
        more.add(signed);
        return new Added(new ToolVersions(toolId, more, removed, version));
    }

    /** The same version once more: signed anew, perhaps by another key, it replaces the other; changed, it does not. */
    private Addition again(SignedManifest known, SignedManifest signed) {
        if (!known.manifest().withKeyId(null).equals(signed.manifest().withKeyId(null))) {
            return new Refused(
                    ToolRefusal.VERSION_TAKEN,
                    "version " + signed.manifest().version() + " of tool `" + toolId
                            + "` is registered with another manifest, give the changed tool a newer version");
        }
        List<SignedManifest> others = new ArrayList<>(live);
        others.set(others.indexOf(known), signed);
        return new Added(new ToolVersions(toolId, others, removed, newest));
    }

    Optional<ToolVersions> remove(SemanticVersion version) {
        return alive(version).map(found -> without(List.of(found)));
    }

    Optional<ToolVersions> removeAll() {
        return live.isEmpty() ? Optional.empty() : Optional.of(without(live));
    }

    private ToolVersions without(List<SignedManifest> gone) {
        List<SignedManifest> left = new ArrayList<>(live);
        left.removeAll(gone);
        List<SemanticVersion> tombstones = new ArrayList<>(removed);
        gone.forEach(signed -> tombstones.add(signed.manifest().version()));
        // Forgetting old ones opens nothing: they are older than the newest.
        int forgotten = Math.max(0, tombstones.size() - MAX_REMOVED);
        return new ToolVersions(toolId, left, tombstones.subList(forgotten, tombstones.size()), newest);
    }
}
