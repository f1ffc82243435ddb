package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where audit records are also sent, continuously.
 *
 * @param position notes how far that got, outside the audit folder
 */
public record ShipConfig(Kafka kafka, Path position) {
    /** Checks its parts. */
    public ShipConfig {
        Objects.requireNonNull(kafka);
        Objects.requireNonNull(position);
    }

    /** What a message holds. */
    public enum Format {
        /** The stored line. */
        JSON,
        /** The record as an OCSF event. */
        OCSF
    }

    /**
     * A topic.
     *
     * @param servers some of its brokers, by which the others are found
     * @param tls false: records travel in the clear
     * @param ca PEM certificates that those of the brokers must lead to; absent: those the system trusts
     * @param cert our client certificate, together with {@code key}
     * @param batch the most that is under way at a time
     */
    public record Kafka(
            List<HostPort> servers,
            String topic,
            Format format,
            boolean tls,
            @Nullable Path ca,
            @Nullable Path cert,
            @Nullable Path key,
            ByteSize batch) {

        /** Copies the list. */
        public Kafka {
            servers = List.copyOf(servers);
            if (servers.isEmpty()) throw new IllegalArgumentException("a topic needs a broker to find it by");
            Objects.requireNonNull(topic);
            Objects.requireNonNull(format);
            Objects.requireNonNull(batch);
            if ((cert == null) != (key == null)) throw new IllegalArgumentException("cert and key go together");
        }
    }
}
