package dev.pavise.auditlog.ship.kafka;

import dev.pavise.auditlog.ship.Message;
import dev.pavise.auditlog.ship.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;

/**
 * A topic. Messages have the log's name as their key, so that all of them go to one partition and stay in order; headers
 * {@code pavise-kind}, {@code pavise-seq} and {@code pavise-id} tell what they are without reading them.
 *
 * <p>A batch is acknowledged by all replicas that are in sync, before the next is begun. One request is under way at a time, and
 * the first failure ends the producer: so nothing behind a message that failed can overtake it.
 */
public final class KafkaSink implements Sink {
    private static final int DEEPEST = 20;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final byte[] key;
    private final Duration patience;

    private KafkaSink(Producer<byte[], byte[]> producer, KafkaSettings settings, String log) {
        this.producer = producer;
        this.topic = settings.topic();
        this.key = log.getBytes(StandardCharsets.UTF_8);
        // The client ends every delivery in its time; this is for the case that it does not.
        this.patience = settings.deliverWithin().multipliedBy(2);
    }

    /** Makes a producer; it connects when it has something to send. */
    public static KafkaSink open(KafkaSettings settings, String log) throws IOException {
        try {
            return new KafkaSink(new KafkaProducer<>(ProducerProperties.of(settings)), settings, log);
        } catch (KafkaException e) {
            throw new IOException("the Kafka client cannot be set up: " + reason(e), e);
        }
    }

    @Override
    public Delivery deliver(List<Message> messages) throws IOException, InterruptedException {
        Answers answers = new Answers(messages.size(), () -> producer.close(Duration.ZERO));
        try {
            for (int index = 0; index < messages.size() && answers.none(); index++) {
                producer.send(record(messages.get(index)), answers.of(index));
            }
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (KafkaException | IllegalStateException e) {
            throw new IOException(reason(e), e);
        }
        return answers.await(patience);
    }

    private ProducerRecord<byte[], byte[]> record(Message message) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key, message.value().bytes());
        Headers headers = record.headers();
        headers.add("pavise-kind", ascii(message.kind().word()));
        headers.add("pavise-seq", ascii(Long.toString(message.seq())));
        if (!message.id().isEmpty()) {
            headers.add("pavise-id", ascii(message.id()));
        }
        return record;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static InterruptedException interrupted(InterruptException e) {
        InterruptedException plain = new InterruptedException("while sending");
        plain.initCause(e);
        // Kafka's own exception has set the mark again, and this one stands for it.
        if (Thread.interrupted()) {
            return plain;
        }
        return plain;
    }

    static String reason(Exception failure) {
        Throwable cause = failure;
        Throwable deeper = failure.getCause();
        for (int depth = 0; deeper != null && depth < DEEPEST; depth++) {
            cause = deeper;
            deeper = deeper.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    @Override
    public void close() {
        boolean marked = Thread.interrupted();
        try {
            producer.close(Duration.ZERO);
        } finally {
            if (marked) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
