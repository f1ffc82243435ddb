package dev.pavise.auditlog.ship.kafka;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a topic is reached.
 *
 * @param servers {@code host:port} of some brokers, by which the others are found
 * @param tls what is shown to the brokers, and whom it trusts; null for plain connections
 * @param batchBytes the most that waits to be sent
 * @param answerWithin how long a broker has for an answer
 * @param deliverWithin how long the client itself tries again, before all is begun anew
 */
public record KafkaSettings(
        List<String> servers,
        String topic,
        @Nullable SSLContext tls,
        int batchBytes,
        Duration answerWithin,
        Duration deliverWithin) {
    public KafkaSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a topic needs a broker to find it by");
        }
        if (!topic.matches("[A-Za-z0-9._-]{1,249}") || topic.equals(".") || topic.equals("..")) {
            throw new IllegalArgumentException("`" + topic + "` is no name of a topic");
        }
        if (!answerWithin.isPositive() || deliverWithin.compareTo(answerWithin) < 0) {
            throw new IllegalArgumentException(
                    "times for answer and delivery must be positive, the first not the longer");
        }
    }

    /** The defaults: 10 s for an answer, 30 s for a delivery. */
    public static KafkaSettings of(List<String> servers, String topic, @Nullable SSLContext tls, int batchBytes) {
        return new KafkaSettings(servers, topic, tls, batchBytes, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }
}
