package dev.pavise.auditlog.index;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.Histogram;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All records of a log in memory, and the plainest way to filter them. */
final class Model {
    private static final List<String> ASKED = List.of(
            "actor",
            "actor",
            "action",
            "resource",
            "resource",
            "outcome",
            "event_type",
            "session_id",
            "request_id",
            "ip",
            "timestamp",
            "resource");

    /** The texts of a record, and its time. */
    record Record(Map<String, String> texts, Instant time) {
        static Record of(JsonNode line) {
            Map<String, String> texts = new HashMap<>();
            line.properties().forEach(each -> {
                if (each.getValue().isString()) {
                    texts.put(each.getKey(), each.getValue().stringValue());
                }
            });
            return new Record(texts, Instant.parse(texts.getOrDefault("timestamp", "")));
        }

        String actor() {
            return texts.getOrDefault("actor", "");
        }
    }

    private final List<String> texts = new ArrayList<>();
    private final List<Record> lines = new ArrayList<>();
    private final Map<String, List<Integer>> outcomes = new HashMap<>();

    private Model() {}

    static Model of(AuditFolder folder) throws IOException {
        Model model = new Model();
        try (LogCursor cursor = new LogCursor(folder)) {
            while (cursor.next() == Step.RECORD) {
                String text = new String(cursor.line(), StandardCharsets.UTF_8);
                Record line = Record.of(JsonMapper.shared().readTree(text));
                if (text(line, "phase").equals("outcome")) {
                    model.outcomes
                            .computeIfAbsent(text(line, "request_id"), id -> new ArrayList<>())
                            .add(model.lines.size());
                }
                model.texts.add(text);
                model.lines.add(line);
            }
        }
        return model;
    }

    long bytes() {
        return texts.stream().mapToLong(String::length).sum();
    }

    String text(int seq) {
        return texts.get(seq);
    }

    String text(int seq, String field) {
        return text(lines.get(seq), field);
    }

    long count(Predicate<String> test) {
        return texts.stream().filter(test).count();
    }

    List<Long> seqs(Predicate<Record> test) {
        List<Long> found = new ArrayList<>();
        for (int seq = 0; seq < lines.size(); seq++) {
            if (test.test(lines.get(seq))) {
                found.add((long) seq);
            }
        }
        return found;
    }

    /** A query, and what it should find, oldest first. */
    record Asked(AuditQuery.Builder query, List<Long> found, String told) {
        @Override
        public String toString() {
            return told;
        }
    }

    /** Asks for one to three things that some record has, in whole or by their beginning, and sometimes for what none has. */
    Asked ask(SplittableRandom random) {
        while (true) {
            Record like = lines.get(random.nextInt(lines.size()));
            AuditQuery.Builder query = AuditQuery.builder();
            List<String> told = new ArrayList<>();
            Predicate<Record> test = record -> true;
            Set<String> asked = new HashSet<>();
            for (int conditions = 1 + random.nextInt(3); conditions > 0; conditions--) {
                int kind = random.nextInt(ASKED.size());
                if (asked.add(ASKED.get(kind))) {
                    test = test.and(condition(kind, random, like, query, told));
                }
            }
            List<Long> found = seqs(test);
            if (told.contains("outcome=unknown")) {
                found = found.stream().filter(seq -> isOpen(seq.intValue())).toList();
            }
            if (found.size() < 8_000) {
                return new Asked(query, found, told + " " + found.size());
            }
        }
    }

    private boolean isOpen(int seq) {
        return !text(lines.get(seq), "phase").equals("intent")
                || outcomes.getOrDefault(text(lines.get(seq), "request_id"), List.of()).stream()
                        .noneMatch(outcome -> outcome > seq && outcome <= seq + (1 << 16));
    }

    private static Predicate<Record> condition(
            int kind, SplittableRandom random, Record like, AuditQuery.Builder query, List<String> told) {
        String actor = text(like, "actor");
        return switch (kind) {
            case 0 -> field("actor", part(random, actor, true), told, query::actor);
            case 1 -> {
                String name = actor.substring(actor.lastIndexOf(':') + 1) + (random.nextInt(3) == 0 ? "*" : "");
                query.actor(name);
                told.add("name=" + name);
                yield record -> fits(text(record, "actor"), name)
                        || (text(record, "actor").contains(":")
                                && fits(
                                        text(record, "actor")
                                                .substring(text(record, "actor").lastIndexOf(':') + 1),
                                        name));
            }
            case 2 -> field("action", part(random, text(like, "action"), true), told, query::action);
            case 3, 4 -> field("resource", part(random, text(like, "resource"), true), told, query::resource);
            case 5 -> field("outcome", part(random, text(like, "outcome"), false), told, query::outcome);
            case 6 -> field("event_type", part(random, text(like, "event_type"), true), told, query::eventType);
            case 7 -> field("session_id", part(random, text(like, "session_id"), true), told, query::sessionId);
            case 8 -> field("request_id", part(random, text(like, "request_id"), true), told, query::requestId);
            case 9 -> field("ip", part(random, text(like, "ip"), true), told, query::ip);
            case 10 -> {
                Instant from = like.time();
                Instant to = from.plusMillis(random.nextInt(10_000_000));
                query.from(from).to(to);
                told.add("from " + from + " to " + to);
                yield record -> !record.time().isBefore(from) && record.time().isBefore(to);
            }
            default -> field("resource", "no such thing", told, query::resource);
        };
    }

    /** The whole text; sometimes its beginning; and where it is empty, which asks for nothing, something that is not there. */
    private static String part(SplittableRandom random, String text, boolean prefixes) {
        if (text.isEmpty()) {
            return "nothing";
        }
        return prefixes && random.nextInt(4) == 0 ? text.substring(0, 1 + random.nextInt(text.length())) + "*" : text;
    }

    private static Predicate<Record> field(String name, String wanted, List<String> told, Consumer<String> into) {
        into.accept(wanted);
        told.add(name + "=" + wanted);
        return record -> record.texts().containsKey(name) && fits(text(record, name), wanted);
    }

    private static boolean fits(String text, String wanted) {
        return wanted.endsWith("*") ? text.startsWith(wanted.substring(0, wanted.length() - 1)) : text.equals(wanted);
    }

    List<Histogram.Bar> histogram(String resource, Duration bucket) {
        Map<Long, Map<String, Long>> bars = new TreeMap<>();
        for (Record line : lines) {
            if (text(line, "resource").startsWith(resource)) {
                long second = line.time().getEpochSecond();
                String kind = text(line, "phase").equals("intent") ? "intent" : text(line, "outcome");
                bars.computeIfAbsent(second - second % bucket.toSeconds(), start -> new HashMap<>())
                        .merge(kind, 1L, Long::sum);
            }
        }
        List<Histogram.Bar> all = new ArrayList<>();
        bars.forEach((start, counts) -> all.add(new Histogram.Bar(
                Instant.ofEpochSecond(start),
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts)));
        return all;
    }

    private static String text(Record line, String field) {
        return line.texts().getOrDefault(field, "");
    }
}
