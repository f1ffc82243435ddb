package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code audit.ship}. */
final class ShipSection {
    private static final String DEFAULT_POSITION = "audit.ship.position";

    /** The section as it stands in the file. */
    record Draft(ShipConfig.Kafka kafka, @Nullable Path position) {
        ShipConfig in(Path dataDir) {
            return new ShipConfig(kafka, position == null ? dataDir.resolve(DEFAULT_POSITION) : position);
        }
    }

    private static final Key<List<HostPort>> SERVERS = Key.required(
            "servers",
            Shapes.someOf(Addresses.hostPort(), "name at least one broker"),
            "some of the brokers, host:port, by which the others are found");
    private static final Key<String> TOPIC = Key.required(
            "topic",
            Scalars.matching("a topic, of letters, digits, `.`, `_` and `-`", "(?!\\.\\.?$)[A-Za-z0-9._-]{1,249}"),
            "where the records go; all of them have one key, so to one partition");
    private static final Key<ShipConfig.Format> FORMAT = Key.withDefault(
            "format", Scalars.choice(formats()), "json", "json: the stored lines; ocsf: events of OCSF 1.8.0");
    private static final Key<Boolean> TLS = Key.withDefault(
            "tls", Scalars.bool(), "true", "TLS 1.3 towards the brokers; false sends records in the clear");
    private static final Key<Path> CA = Key.optional(
            "ca",
            Scalars.file("a PEM file"),
            "authorities their certificates must come from; default: those of the system");
    private static final Key<Path> CERT =
            Key.optional("cert", Scalars.file("a PEM file"), "our client certificate towards them");
    private static final Key<Path> KEY = Key.optional("key", Scalars.file("a PEM file"), "the private key of cert");
    private static final Key<ByteSize> BATCH = Key.withDefault(
            "batch", Scalars.size("64KiB", "8MiB"), "1MiB", "the most that is under way at a time, and so in memory");

    private static final Key<ShipConfig.Kafka> KAFKA = Key.required(
            "kafka",
            Section.of(List.of(SERVERS, TOPIC, FORMAT, TLS, CA, CERT, KEY, BATCH), ShipSection::kafka),
            "a Kafka topic");
    private static final Key<Path> POSITION = Key.optional(
            "position",
            Scalars.path("a file"),
            "how far it got, outside the audit folder; default: " + DEFAULT_POSITION + " in data_dir");

    static final Section<Draft> SECTION =
            Section.of(List.of(KAFKA, POSITION), ship -> new Draft(ship.get(KAFKA), ship.find(POSITION)));

    private ShipSection() {}

    private static ShipConfig.@Nullable Kafka kafka(Bound kafka) {
        if (kafka.mentions(CERT) != kafka.mentions(KEY)) {
            kafka.error(kafka.mentions(CERT) ? CERT : KEY, "needs its other half: `cert` and `key` go together");
            return null;
        }
        if ((kafka.find(CERT) == null) != (kafka.find(KEY) == null)) {
            return null; // one of the two cannot be used, which was said
        }
        for (Key<Path> file : List.of(CA, CERT, KEY)) {
            if (!kafka.get(TLS) && kafka.mentions(file)) {
                kafka.error(file, "has no effect without TLS; remove `tls: false`, or it");
            }
        }
        if (kafka.get(SERVERS).stream().anyMatch(server -> server.port() == 0)) {
            kafka.error(SERVERS, "names a broker at port 0");
        }
        return new ShipConfig.Kafka(
                kafka.get(SERVERS),
                kafka.get(TOPIC),
                kafka.get(FORMAT),
                kafka.get(TLS),
                kafka.find(CA),
                kafka.find(CERT),
                kafka.find(KEY),
                kafka.get(BATCH));
    }

    private static Map<String, ShipConfig.Format> formats() {
        Map<String, ShipConfig.Format> words = new LinkedHashMap<>();
        words.put("json", ShipConfig.Format.JSON);
        words.put("ocsf", ShipConfig.Format.OCSF);
        return words;
    }
}
