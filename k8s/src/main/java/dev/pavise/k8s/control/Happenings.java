package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of Kubernetes on a Deployment, for whoever runs {@code kubectl describe}. The same event is written once an hour, by whichever manager leads: its name
 * tells. They are a courtesy: the record is the audit log, and an event that cannot be written stops nothing.
 */
final class Happenings {
    private static final Logger log = LoggerFactory.getLogger(Happenings.class);
    private static final Duration ONCE = Duration.ofHours(1);
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_MESSAGE = 1000;

    private final Cluster cluster;

    Happenings(Cluster cluster) {
        this.cluster = cluster;
    }

    /** @param reason in one word, such as {@code Scaled} */
    void tell(Target deployment, String uid, String reason, String message, boolean warning, Instant now) {
        String name = deployment
                .name()
                .substring(0, Math.min(LONGEST_NAME, deployment.name().length()));
        String time = now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
        try {
            cluster.make(new EventBuilder()
                    .withNewMetadata()
                    .withNamespace(deployment.namespace())
                    .withName(name + "." + suffix(uid + reason + message, now))
                    .endMetadata()
                    .withNewInvolvedObject()
                    .withApiVersion("apps/v1")
                    .withKind("Deployment")
                    .withNamespace(deployment.namespace())
                    .withName(deployment.name())
                    .withUid(uid)
                    .endInvolvedObject()
                    .withReason(reason)
                    .withMessage(message.substring(0, Math.min(LONGEST_MESSAGE, message.length())))
                    .withType(warning ? "Warning" : "Normal")
                    .withNewSource()
                    .withComponent(ControlSettings.FIELD_MANAGER)
                    .endSource()
                    .withFirstTimestamp(time)
                    .withLastTimestamp(time)
                    .withCount(1)
                    .build());
        } catch (KubernetesClientException e) {
            log.debug("an event on {} cannot be written: {}", deployment, e.getCode());
        }
    }

    private static String suffix(String what, Instant now) {
        long turn = now.getEpochSecond() / ONCE.toSeconds();
        return String.format(Locale.ROOT, "%08x%08x", what.hashCode(), turn);
    }
}
