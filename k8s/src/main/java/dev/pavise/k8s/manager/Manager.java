package dev.pavise.k8s.manager;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.k8s.certificate.OwnCertificate;
import dev.pavise.k8s.cluster.ClusterClient;
import dev.pavise.k8s.cluster.ClusterDetection;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.journal.AuditJournal;
import dev.pavise.k8s.journal.History;
import dev.pavise.k8s.lead.Leadership;
import dev.pavise.k8s.lead.Timing;
import dev.pavise.k8s.manager.config.ManagerConfig;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.kubernetes.OwnPod;
import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.server.AuditTrail;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running manager: its audit trail, its place in the election, and the door that gateways come in by. Several may run; the one that holds the
 * Lease acts and answers, the others wait.
 */
public final class Manager implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Manager.class);
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration REMIND = Duration.ofHours(1);

    private final ManagerConfig config;
    private final Api api;
    private final Door door;
    private final Refusals refusals;
    private final Leadership leadership;
    private final OwnCertificate certificate;
    private final ScheduledExecutorService upkeep = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pavise-upkeep").factory());
    private final Deque<AutoCloseable> behind;

    private Manager(Parts parts, Api api, Door door, Refusals refusals) {
        this.config = parts.config;
        this.api = api;
        this.door = door;
        this.refusals = refusals;
        this.leadership = parts.leadership;
        this.certificate = parts.certificate;
        this.behind = parts.open;
    }

    /** What is opened before the door, and closed in the reverse order. */
    private static final class Parts {
        private final ManagerConfig config;
        private final KubernetesClient client;
        private final AuditTrail trail;
        private final OwnCertificate certificate;
        private final Leadership leadership;
        private final Works works;
        private final Deque<AutoCloseable> open;

        Parts(ManagerConfig config, Environment environment, Deque<AutoCloseable> open)
                throws IOException, AuditOpenException, GeneralSecurityException, StartFailure {
            InstantSource clock = InstantSource.system();
            this.config = config;
            this.open = open;
            client = environment.cluster().open(config.kubernetes().kubeconfig());
            open.push(client);
            String namespace = namespace(config, environment, client);
            PrivateFiles.makeFolder(config.dataDir());
            trail = AuditTrail.open(config.audit(), environment.pod(), clock);
            open.push(trail);
            certificate = new OwnCertificate(client, namespace, clock);
            leadership = new Leadership(client, namespace, environment.identity(), Timing.DEFAULT, System::nanoTime);
            open.push(leadership);
            works = Works.make(client, config, namespace, new AuditJournal(trail.store()), leadership::leads, clock);
        }
    }

    /** Where a manager finds itself. */
    record Environment(ClusterClient cluster, ClusterDetection detected, OwnPod pod) {
        static Environment ofProcess() {
            return new Environment(
                    ClusterClient.ofProcess(), ClusterDetection.ofProcess(), OwnPod.of(EnvironmentLookup.ofProcess()));
        }

        /** By which the Lease tells managers apart. */
        String identity() {
            String pod = detected instanceof ClusterDetection.InCluster(var self) ? self.pod() : null;
            return (pod == null ? "manager" : pod) + "-"
                    + UUID.randomUUID().toString().substring(0, 8);
        }
    }

    /** Starts one: all of it, or nothing is left open. */
    public static Manager start(ManagerConfig config) throws StartFailure {
        return start(config, Environment.ofProcess());
    }

    static Manager start(ManagerConfig config, Environment environment) throws StartFailure {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            Manager started = serve(new Parts(config, environment, open));
            started.begin();
            return started;
        } catch (StartFailure failure) {
            closeAll(open);
            throw failure;
        } catch (AuditOpenException failure) {
            closeAll(open);
            throw new StartFailure("the audit log cannot be opened: " + failure.getMessage(), failure);
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            closeAll(open);
            throw new StartFailure(failure.getMessage() == null ? failure.toString() : failure.getMessage(), failure);
        }
    }

    /**
     * Looks whether one would start here, and touches neither the audit log nor the Lease.
     *
     * @return what was found, in one line
     */
    public static String check(ManagerConfig config) throws StartFailure {
        Environment environment = Environment.ofProcess();
        try (KubernetesClient client =
                environment.cluster().open(config.kubernetes().kubeconfig())) {
            String namespace = namespace(config, environment, client);
            var _ = Works.settings(config.kubernetes(), namespace);
            String version = client.getKubernetesVersion().getGitVersion();
            return "it would lead from namespace `" + namespace + "` by " + client.getMasterUrl()
                    + (version == null ? "" : ", Kubernetes " + version);
        } catch (IOException failure) {
            throw new StartFailure(String.valueOf(failure.getMessage()), failure);
        } catch (RuntimeException failure) {
            throw new StartFailure(
                    ClusterFault.of("ask for its version", failure).why(), failure);
        }
    }

    private static Manager serve(Parts parts) throws IOException {
        InstantSource clock = InstantSource.system();
        Refusals refusals = new Refusals(parts.trail.store().log(), clock);
        ManagerMetrics metrics = new ManagerMetrics();
        Api api = new Api(
                new Api.Parts(
                        new Callers(parts.client, clock, System::nanoTime),
                        new Reach(parts.client, parts.config.callers()),
                        new Remembering(parts.works.controller(), History.read(parts.trail.store())),
                        refusals,
                        metrics,
                        parts.certificate::permitsMetrics,
                        namespace -> around(parts, namespace)),
                parts.config.limits().exchanges());
        metrics.bind(parts.works.controller()::having);
        metrics.bindUninjected(parts.works.sidecars()::count);
        metrics.bind(
                parts.trail.store().stats(),
                parts.leadership::leads,
                api::ready,
                parts.config.audit().ephemeral());
        Door door = Door.open(parts.config.listen(), parts.config.limits(), parts.certificate.context(), api);
        Manager manager = new Manager(parts, api, door, refusals);
        parts.leadership.start(parts.works.all());
        return manager;
    }

    private static Map<String, Object> around(Parts parts, String namespace) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("leader", parts.leadership.leader());
        told.put("config", parts.works.resources(namespace));
        told.put("audit", Map.of("ephemeral", parts.config.audit().ephemeral()));
        return told;
    }

    private static String namespace(ManagerConfig config, Environment environment, KubernetesClient client)
            throws StartFailure {
        String configured = config.kubernetes().namespace();
        if (configured != null) {
            return configured;
        }
        String found = config.kubernetes().kubeconfig() != null
                ? client.getConfiguration().getNamespace()
                : environment.detected() instanceof ClusterDetection.InCluster(var self) ? self.namespace() : null;
        if (found == null || found.isEmpty()) {
            throw new StartFailure("the manager's own namespace is not known; name it as `kubernetes.namespace`");
        }
        return found;
    }

    private void begin() {
        warn();
        every(Duration.ofSeconds(1), refusals::drain);
        upkeep.execute(this::refresh);
        every(REFRESH, this::refresh);
        every(REMIND, this::warn);
        log.info("serving on {}", door.address());
    }

    private void every(Duration interval, Runnable work) {
        Runnable guarded = () -> {
            try {
                work.run();
            } catch (RuntimeException | Error failure) {
                // The next turn may go well; one that fails must not be the last.
                log.error("the manager's upkeep failed", failure);
            }
        };
        var _ = upkeep.scheduleWithFixedDelay(guarded, interval.toSeconds(), interval.toSeconds(), TimeUnit.SECONDS);
    }

    private void warn() {
        AuditTrail.warning(config.audit()).ifPresent(warning -> log.warn("{}", warning));
    }

    private void refresh() {
        try {
            certificate.refresh();
        } catch (RuntimeException failure) {
            log.debug(
                    "the manager's own certificate is not read: {}",
                    ClusterFault.of("get secrets", failure).why());
        }
    }

    /** As a client on this machine would write it. */
    public String url() {
        return door.url();
    }

    /** Whether it leads, knows the cluster, and answers. */
    public boolean ready() {
        return api.ready();
    }

    /** Takes nothing in any more, waits for what is under way, ends the leader's work, gives the Lease up, and signs the audit log. */
    @Override
    public void close() {
        api.drain(config.limits().drainTimeout());
        upkeep.shutdownNow();
        leadership.close();
        door.close();
        refusals.drain();
        closeAll(behind);
        log.info("stopped");
    }

    private static void closeAll(Deque<AutoCloseable> open) {
        while (!open.isEmpty()) {
            AutoCloseable each = open.pop();
            try {
                each.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception failure) {
                log.warn("{} is not closed", each.getClass().getSimpleName(), failure);
            }
        }
    }
}
