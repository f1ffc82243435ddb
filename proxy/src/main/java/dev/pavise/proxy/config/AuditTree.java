package dev.pavise.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parts of {@code audit} as they are in force, in the form of the file. */
final class AuditTree {
    private AuditTree() {}

    static Map<String, Object> retention(AuditConfig.Retention retention) {
        return new EffectiveConfig.Tree()
                .put("days", retention.days())
                .put("max_size", retention.maxSize())
                .map();
    }

    static Map<String, Object> witness(WitnessConfig witness) {
        return new EffectiveConfig.Tree()
                .put("url", witness.url())
                .put("public_key", witness.key().text())
                .put("ca", witness.ca())
                .put("every", witness.every())
                .put("timeout", witness.timeout())
                .put("required", witness.required())
                .put("max_age", witness.maxAge())
                .map();
    }

    static Map<String, Object> ship(ShipConfig ship) {
        ShipConfig.Kafka kafka = ship.kafka();
        EffectiveConfig.Tree topic = new EffectiveConfig.Tree()
                .put("servers", kafka.servers())
                .put("topic", kafka.topic())
                .put("format", kafka.format())
                .put("tls", kafka.tls())
                .put("ca", kafka.ca())
                .put("cert", kafka.cert())
                .put("key", kafka.key())
                .put("batch", kafka.batch());
        return new EffectiveConfig.Tree()
                .put("kafka", topic.map())
                .put("position", ship.position())
                .map();
    }

    static Map<String, Object> recorded(RecordedConfig recorded) {
        return new EffectiveConfig.Tree()
                .put("headers", recorded.headers())
                .put("query", recorded.query())
                .map();
    }

    static List<Map<String, Object>> redact(RedactConfig redact) {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (RedactConfig.Rule rule : redact.rules()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            switch (rule) {
                case RedactConfig.Rule.Header header -> tree.put("header", header.name());
                case RedactConfig.Rule.Query query -> tree.put("query", query.name());
                case RedactConfig.Rule.Json json -> tree.put("json", json.path().toString());
                case RedactConfig.Rule.SecretFile secrets -> tree.put("secret_file", text(secrets.file()));
            }
            tree.put("with", rule.with().name().toLowerCase(java.util.Locale.ROOT));
            rules.add(tree);
        }
        return rules;
    }

    private static String text(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }
}
