package dev.pavise.auditlog.ship.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.ship.Shipper;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
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

    @Test
    void goesOnWhereABrokerWasAway() throws Exception {
        broker.topic("away", Map.of());
        settings = Samples.settings(root);
        try (AuditStore store = AuditStore.open(settings);
                Shipper shipper = ship("away", store, Format.OCSF)) {
            append(store, 200);
            Deadline.until(() -> shipper.lagRecords() == 0);
            broker.stop();
            // The write path does not know of it.
            append(store, 300);
            Deadline.until(() -> shipper.failures() > 0);
            append(store, 100);
            assertTrue(shipper.lagRecords() >= 400, "lag " + shipper.lagRecords());
            assertTrue(shipper.lagMillis() > 0);
            broker.start();
            append(store, 100);
            Deadline.until(() -> shipper.lagRecords() == 0);
            inOrder("away", store.stats().size());
        }
    }

    @Test
    void shipsAMessageThatNamesARecordThatTheTopicDoesNotTake() throws Exception {
        broker.topic("narrow", Map.of("max.message.bytes", "12000"));
        settings = Samples.settings(root);
        try (AuditStore store = AuditStore.open(settings);
                Shipper shipper = ship("narrow", store, Format.JSON)) {
            append(store, 50);
            AuditRecord.Builder large = AuditRecord.ownEvent("own", "a", "b");
            for (int i = 0; i < 4; i++) {
                large.metadata("m" + i, "x".repeat(8000));
            }
            long seq = Collected.append(store.log(), large.build());
            append(store, 50);
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(1, shipper.replacements());
            List<ConsumerRecord<byte[], byte[]>> read =
                    inOrder("narrow", store.stats().size());
            ConsumerRecord<byte[], byte[]> instead = read.stream()
                    .filter(each -> header(each, "pavise-kind").equals("replaced"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(seq, seq(instead));
        }
    }

    @Test
    void losesNothingOverKillsOfItsProcess() throws Exception {
        broker.topic("killed", Map.of());
        settings = Samples.settings(root);
        for (int round = 0; round < 3; round++) {
            Process process = new ProcessBuilder(command("killed"))
                    .redirectError(root.resolve("child.err").toFile())
                    .start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
                for (int line = 0; line < 2 + round; line++) {
                    assertNotNull(lines.readLine(), () -> errors());
                }
                if (round == 1) {
                    broker.stop();
                }
                process.destroyForcibly();
                process.waitFor();
                if (round == 1) {
                    broker.start();
                }
            }
        }
        try (AuditStore store = AuditStore.open(settings);
                Shipper shipper = ship("killed", store, Format.JSON)) {
            Deadline.until(() -> shipper.lagRecords() == 0);
            List<ConsumerRecord<byte[], byte[]>> read =
                    inOrder("killed", store.stats().size());
            assertTrue(read.size() > 100, "only " + read.size());
        }
    }

    private List<String> command(String topic) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ShippingWriter.class.getName()));
        command.addAll(List.of(root.toString(), broker.address(), topic));
        return command;
    }

    private String errors() {
        try {
            return Files.readString(root.resolve("child.err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void append(AuditStore store, int records) {
        for (int i = 0; i < records; i++) {
            Collected.append(store.log(), Samples.intent("operator", "r" + i));
        }
    }

    /** Every record arrived at least once, and for the first time in the order of the log. */
    private static List<ConsumerRecord<byte[], byte[]>> inOrder(String topic, long size) {
        List<ConsumerRecord<byte[], byte[]>> read =
                broker.read(topic, all -> all.stream().anyMatch(each -> seq(each) == size - 1));
        List<Long> first = read.stream().map(KafkaShippingTest::seq).distinct().toList();
        assertEquals(LongStream.range(0, size).boxed().toList(), first);
        return read;
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
