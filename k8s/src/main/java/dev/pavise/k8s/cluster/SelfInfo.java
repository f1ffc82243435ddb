package dev.pavise.k8s.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What a pod knows of itself: by the Downward API, else by its host name and the namespace file of its service account.
 *
 * @param namespace the pod's namespace
 * @param pod the pod's name
 * @param address its IP address, where the Downward API tells it
 * @param node the node it runs on, where the Downward API tells it
 * @param serviceAccount where the Downward API tells it
 */
public record SelfInfo(
        @Nullable String namespace,
        @Nullable String pod,
        @Nullable String address,
        @Nullable String node,
        @Nullable String serviceAccount) {}
