package dev.pavise.auditlog.ship.kafka;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;

/** A real Kafka broker (KRaft, one node) inside the test's own process; it can be stopped and started again with what it holds. */
final class Broker implements Closeable {
    private final Map<String, String> properties = new HashMap<>();
    private final int port;
    private KafkaRaftServer server;

    private Broker(Path dir, Map<String, String> more, String listener) throws IOException {
        port = freePort();
        int controller = freePort();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@localhost:" + controller);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listeners", listener + "://localhost:" + port + ",CONTROLLER://localhost:" + controller);
        properties.put("advertised.listeners", listener + "://localhost:" + port);
        properties.put("inter.broker.listener.name", listener);
        properties.put("listener.security.protocol.map", listener + ":" + listener + ",CONTROLLER:PLAINTEXT");
        properties.put("log.dir", dir.resolve("broker").toString());
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "2");
        properties.put("num.partitions", "3");
        properties.put("log.cleaner.enable", "false");
        properties.put("controlled.shutdown.enable", "false");
        properties.putAll(more);
        format(dir);
    }

    static Broker start(Path dir, Map<String, String> more) throws IOException {
        return start(dir, more, "PLAINTEXT");
    }

    static Broker start(Path dir, Map<String, String> more, String listener) throws IOException {
        Broker broker = new Broker(dir, more, listener);
        broker.start();
        return broker;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void format(Path dir) throws IOException {
        Path file = dir.resolve("broker.properties");
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Files.writeString(file, text);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        String[] arguments = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
        int code = StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IOException(said.toString(StandardCharsets.UTF_8));
        }
    }

    void start() {
        Properties all = new Properties();
        all.putAll(properties);
        server = new KafkaRaftServer(KafkaConfig.fromProps(all), Time.SYSTEM);
        server.startup();
    }

    void stop() {
        server.shutdown();
        server.awaitShutdown();
        server = null;
    }

    String address() {
        return "localhost:" + port;
    }

    void topic(String name, Map<String, String> settings) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            admin.createTopics(Set.of(new NewTopic(name, 1, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }

    /** Reads a topic from its beginning until this is so, or half a minute is over. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic, Predicate<List<ConsumerRecord<byte[], byte[]>>> until) {
        return read(topic, Map.of(), until);
    }

    List<ConsumerRecord<byte[], byte[]>> read(
            String topic, Map<String, Object> more, Predicate<List<ConsumerRecord<byte[], byte[]>>> until) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", address()));
        settings.putAll(more);
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!until.test(read) && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
            }
        }
        return read;
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
    }
}
