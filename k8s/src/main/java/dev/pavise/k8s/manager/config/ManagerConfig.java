package dev.pavise.k8s.manager.config;

import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.HostPort;
import java.nio.file.Path;
import java.util.List;

/**
 * All that a manager is told.
 *
 * @param file where it stands
 * @param listen where gateways come in
 * @param dataDir what the manager keeps: its audit trail and the keys of that
 * @param callers which gateways may touch Deployments that are not their own
 */
public record ManagerConfig(
        Path file,
        HostPort listen,
        Path dataDir,
        AuditConfig audit,
        ClusterConfig kubernetes,
        List<CallerGrant> callers,
        InjectionConfig injection,
        CertificatesConfig certificates,
        LimitsConfig limits) {
    /** Copies the list. */
    public ManagerConfig {
        callers = List.copyOf(callers);
    }
}
