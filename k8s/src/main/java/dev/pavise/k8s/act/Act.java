package dev.pavise.k8s.act;

import java.util.Map;

/**
 * Something that is about to be done to the cluster, or was found in it.
 *
 * @param action as records write it, such as {@code k8s.scale}, {@code k8s.restart}, {@code k8s.evict}, {@code k8s.create}, {@code k8s.inject}
 * @param target what it is done to
 * @param reason why, in one line without secrets
 * @param asked who wants it: {@code system} for what the manager decides itself, else the gateway that asked, as
 *     {@code gateway:<namespace>/<pod>}
 * @param metadata what else the record says, free of secrets; {@code on_behalf_of} names the principal a gateway asked for
 */
public record Act(String action, Target target, String reason, String asked, Map<String, String> metadata) {
    /** Who acts where nobody asked. */
    public static final String SYSTEM = "system";

    public Act {
        metadata = Map.copyOf(metadata);
    }
}
