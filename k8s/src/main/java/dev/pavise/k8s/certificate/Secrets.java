package dev.pavise.k8s.certificate;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes Secrets, and what else a namespace gets, on the record: the intent is stored before anything is written. What
 * failed is not tried again at once, so that neither the API server nor the audit log is flooded by what cannot work.
 */
final class Secrets {
    static final String FIELD_MANAGER = "pavise-manager";

    private static final Logger log = LoggerFactory.getLogger(Secrets.class);
    private static final String CERT_MANAGER = "cert-manager.io/certificate-name";
    private static final String ACTION = "k8s.certificate";
    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final Journal journal;
    private final Set<String> external;
    private final InstantSource clock;
    private final Map<String, Wait> waits = new HashMap<>();

    Secrets(KubernetesClient client, Journal journal, Set<String> external, InstantSource clock) {
        this.client = client;
        this.journal = journal;
        this.external = Set.copyOf(external);
        this.clock = clock;
    }

    private record Wait(Instant until, Duration length) {}

    /** Null where there is none. Whatever keeps it from being read is thrown: nothing is made anew for want of an answer. */
    @Nullable
    Secret read(String namespace, String name) {
        return client.secrets().inNamespace(namespace).withName(name).get();
    }

    /** Whether somebody else keeps it. */
    boolean foreign(String name, @Nullable Secret found) {
        return external.contains(name)
                || (found != null
                        && found.getMetadata().getAnnotations() != null
                        && found.getMetadata().getAnnotations().containsKey(CERT_MANAGER));
    }

    /** Writes a Secret; the reason says why it has to be. Returns whether it was written. */
    boolean write(String namespace, String name, String type, Map<String, String> texts, String reason) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", FIELD_MANAGER)
                .endMetadata()
                .withType(type)
                .withData(SecretText.encoded(texts))
                .build();
        return apply(ACTION, secret, reason);
    }

    /** Writes an object of a namespace by server-side apply. Returns whether it was written. */
    boolean apply(String action, HasMetadata object, String reason) {
        Target target = new Target(
                object.getKind(),
                object.getMetadata().getNamespace(),
                object.getMetadata().getName());
        return act(
                action,
                target,
                reason,
                () -> client.resource(object)
                        .fieldManager(FIELD_MANAGER)
                        .forceConflicts()
                        .serverSideApply());
    }

    /** Does something on the record. Returns whether it was done. */
    boolean act(String action, Target target, String reason, Runnable doing) {
        String key = target.toString();
        Wait wait = waits.get(key);
        if (wait != null && clock.instant().isBefore(wait.until())) {
            return false;
        }
        try {
            Journal.Begun begun = journal.begin(new Act(action, target, reason, Act.SYSTEM, Map.of()));
            try {
                doing.run();
            } catch (RuntimeException failure) {
                ClusterFault fault = ClusterFault.of("write " + target, failure);
                // Where no answer came it may have been done: the intent stays open, and reading shows it as unknown.
                if (fault.kind() != ClusterFault.Kind.NO_ANSWER) {
                    begun.failed(fault.why());
                }
                log.warn("{} is not written: {}", target, fault.why());
                postpone(key, wait);
                return false;
            }
            waits.remove(key);
            begun.done(Map.of());
            log.info("wrote {}: {}", target, reason);
            return true;
        } catch (IOException unrecorded) {
            log.error("{} is not written, since no record can be stored: {}", target, unrecorded.getMessage());
            postpone(key, wait);
            return false;
        }
    }

    private void postpone(String key, @Nullable Wait before) {
        Duration length = before == null ? FIRST_WAIT : before.length().multipliedBy(2);
        Duration bounded = length.compareTo(LONGEST_WAIT) < 0 ? length : LONGEST_WAIT;
        waits.put(key, new Wait(clock.instant().plus(bounded), bounded));
    }
}
