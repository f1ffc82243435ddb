package dev.pavise.auditlog.ship.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What Kafka's client is told. */
final class ProducerProperties {
    /** The most bytes of one request; a record of ours is far smaller, and brokers have their own bound. */
    private static final int MAX_REQUEST = 4 << 20;

    private static final int BATCH = 256 << 10;

    private ProducerProperties() {}

    static Map<String, Object> of(KafkaSettings settings) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.servers());
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "pavise-audit-ship");
        inOrder(properties);
        bounded(properties, settings);
        quiet(properties);
        if (settings.tls() != null) {
            properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SSL");
            properties.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, KafkaTls.class);
            properties.put(KafkaTls.CONTEXT, settings.tls());
        }
        return properties;
    }

    /** Acknowledged by all in-sync replicas, and nothing under way that could overtake what failed. */
    private static void inOrder(Map<String, Object> properties) {
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    }

    private static void bounded(Map<String, Object> properties, KafkaSettings settings) {
        int answer = Math.toIntExact(settings.answerWithin().toMillis());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * settings.batchBytes() + 2L * MAX_REQUEST);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, answer);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, answer);
        properties.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Math.toIntExact(settings.deliverWithin().toMillis()));
        properties.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, (long) answer);
        properties.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, (long) answer);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000L);
    }

    /** No figures under JMX, and none told to a broker that asks for them. */
    private static void quiet(Map<String, Object> properties) {
        properties.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        properties.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    }
}
