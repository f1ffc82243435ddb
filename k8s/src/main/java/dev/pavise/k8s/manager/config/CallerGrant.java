package dev.pavise.k8s.manager.config;

import dev.pavise.k8s.act.Target;
import java.util.List;

/**
 * Lets the gateways of a service account touch Deployments beyond their own. No part of it is a pattern.
 *
 * @param namespace of the service account
 * @param serviceAccount its name
 * @param deployments what they may touch
 */
public record CallerGrant(String namespace, String serviceAccount, List<Target> deployments) {
    /** Copies the list. */
    public CallerGrant {
        deployments = List.copyOf(deployments);
    }

    /** Whether it lets the gateways of this service account touch this Deployment. */
    public boolean allows(String callerNamespace, String callerAccount, Target deployment) {
        return namespace.equals(callerNamespace)
                && serviceAccount.equals(callerAccount)
                && deployments.contains(deployment);
    }
}
