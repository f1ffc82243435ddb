package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.HealPolicy;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is looked after.
 *
 * @param configured a Deployment that is looked after whether or not it is labelled; null where only the labels tell
 * @param manifest what it is made from where it is not there; null where it is not made
 * @param namespaces where labelled Deployments are looked for; empty for all
 * @param exempt namespaces whose pods never have to carry a sidecar, such as the manager's own
 * @param enabled whether anything is done without being asked
 * @param interval how often is looked though nothing changes
 */
public record ControlSettings(
        @Nullable Target configured,
        @Nullable Deployment manifest,
        Set<String> namespaces,
        Set<String> exempt,
        boolean enabled,
        Duration interval,
        HealPolicy heal) {
    /** On a Deployment: the manager heals it, and keeps the number of its pods. */
    public static final String MANAGED = "pavise.dev/managed";

    /** In the template of a Deployment: when its pods were restarted. */
    public static final String RESTARTED_AT = "pavise.dev/restarted-at";

    /** On a Deployment that was made here: the digest of the manifest. */
    public static final String MANIFEST = "pavise.dev/manifest";

    /** Owns the fields that are set here: the annotations, and the number of pods once {@code scale} was asked for one. */
    public static final String FIELD_MANAGER = "pavise-manager";

    /** Owns what the operator's manifest says, so that what it leaves out is left to others. */
    public static final String MANIFEST_MANAGER = "pavise-manager-manifest";

    public static final Duration INTERVAL = Duration.ofSeconds(30);

    public ControlSettings {
        namespaces = Set.copyOf(namespaces);
        exempt = Set.copyOf(exempt);
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("an interval is longer than nothing");
        }
        if (manifest != null && configured == null) {
            throw new IllegalArgumentException("a manifest is of a Deployment: name it");
        }
    }

    /** Whether the manifest is that of this Deployment. */
    boolean makes(Target target) {
        return manifest != null && target.equals(configured);
    }
}
