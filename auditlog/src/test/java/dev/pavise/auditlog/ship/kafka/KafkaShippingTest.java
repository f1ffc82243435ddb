package dev.pavise.auditlog.ship.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.ship.Shipper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker: what is stored arrives at least once and in order, whatever stops meanwhile. */
@Timeout(120)
class KafkaShippingTest {
    @TempDir
    static Path place;

    private static Broker broker;

    @TempDir
    Path root;

    private AuditSettings settings;

    @BeforeAll
    static void start() throws Exception {
        broker = Broker.start(place, Map.of("auto.create.topics.enable", "false"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void shipsWhatIsStoredByteForByte() throws Exception {
        broker.topic("plain", Map.of());
        settings = Samples.settings(root);
        try (AuditStore store = AuditStore.open(settings);
                Shipper shipper = ship("plain", store, Format.JSON)) {
            for (int i = 0; i < 500; i++) {
                Collected.append(store.log(), Samples.intent("operator", "r" + i));
            }
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(store.stats().size(), shipper.shipped());
        }
        List<ConsumerRecord<byte[], byte[]>> read = broker.read("plain", all -> all.size() >= 501);
        for (int i = 0; i < read.size(); i++) {
            assertArrayEquals(
                    Finder.line(new AuditFolder(settings.dir()), i).orElseThrow(),
                    read.get(i).value());
            assertEquals("pavise/audit", new String(read.get(i).key(), StandardCharsets.UTF_8));
            assertEquals(i, seq(read.get(i)));
        }
        assertEquals(501, read.size());
    }

    static long seq(ConsumerRecord<byte[], byte[]> message) {
        return Long.parseLong(header(message, "pavise-seq"));
    }

    static String header(ConsumerRecord<byte[], byte[]> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.US_ASCII);
    }

    private Shipper ship(String topic, AuditStore store, Format format) {
        return Shipping.start(root, settings, broker.address(), topic, store, format);
    }
}
