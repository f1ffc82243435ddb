package dev.pavise.auditlog.export;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Lines as the log writes them. */
final class Lines {
    private static final String[] WORDS = {
        "",
        "a",
        "alice",
        "a=b",
        "x|y",
        "c:\\d",
        "two\nlines",
        "cr\rlf\n",
        "tab\t",
        "nul\u0000",
        "\u2028",
        "  spaces  ",
        "quote\"",
        "ünïcödé",
        "\uD83D\uDE00",
        "\uD83D",
        "CEF:0|x|",
        "key=value next=1",
        "\\=",
        "192.0.2.7",
        "2001:db8::7",
        "/agents/7/logs",
        "1.2.3",
        "::1%eth0",
        "9".repeat(30),
        "long ".repeat(900)
    };
    private static final String[] EVENTS = {
        "login_success", "login_failure", "session_start", "session_end", "role_change", "key_created", "key_rotated",
        "key_revoked", "access_denied", "config_change", "audit_gap", "audit_unavailable", "refusals_rolled_up", "own"
    };
    private static final String[] ACTORS = {
        "jwt:corp:alice", "key:build", "cert:spiffe://x/y", "operator", "system", "anonymous", "odd:", ":", "jwt:x", ""
    };

    private Lines() {}

    static byte[] of(long seq, AuditRecord record) {
        RecordHead head = new RecordHead();
        head.write(seq, Instant.parse("2026-11-22T04:05:06.123456Z"));
        RecordBody body = new RecordBody();
        body.write(record);
        byte[] line = Arrays.copyOf(head.array(), head.length() + body.length());
        System.arraycopy(body.array(), 0, line, head.length(), body.length());
        return line;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What requests, refusals and our own acts look like. */
    static List<AuditRecord> typical() {
        List<AuditRecord> all = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (Outcome outcome : Outcome.values()) {
                for (String method : List.of("GET", "POST", "PROPFIND")) {
                    all.add(AuditRecord.of(phase, "jwt:corp:alice", "api.request", "/agents/7")
                            .outcome(outcome)
                            .ip(phase == Phase.END ? "2001:db8::7" : "192.0.2.7")
                            .sessionId("c1-42")
                            .requestId("0193-77")
                            .traceId("4bf92f3577b34da6a3ce929d0e0e4736")
                            .metadata("method", method)
                            .metadata("host", "agents.example.com")
                            .metadata("rule", "agents")
                            .metadata("act", List.of("a", "b"))
                            .metadata("status", 403)
                            .metadata("code", "forbidden")
                            .metadata("detail", "needs `agent:list`")
                            .metadata("request_bytes", 12)
                            .metadata("duration_us", 1234)
                            .build());
                }
            }
        }
        for (String event : EVENTS) {
            for (String actor : ACTORS) {
                for (Outcome outcome : List.of(Outcome.SUCCESS, Outcome.DENIED)) {
                    all.add(AuditRecord.of(Phase.EVENT, actor, "auth.change", "gateway")
                            .eventType(event)
                            .outcome(outcome)
                            .metadata("principal", "jwt:corp:bob")
                            .metadata("roles_before", "reader")
                            .metadata("roles_after", event.length() % 2 == 0 ? "" : "reader,admin")
                            .metadata("key_name", "build")
                            .metadata("key_id", "k1")
                            .metadata("permissions", "agent:list,agent:read")
                            .metadata("count", 17)
                            .metadata("from", "2026-11-22T04:05:05.000001Z")
                            .metadata("to", "2026-11-22T04:05:06.000001Z")
                            .build());
                }
            }
        }
        return all;
    }

    static AuditRecord random(RandomGenerator random) {
        AuditRecord.Builder record = AuditRecord.of(
                        pick(random, Phase.values()), either(random, ACTORS), word(random), word(random))
                .outcome(pick(random, Outcome.values()))
                .eventType(random.nextBoolean() ? either(random, EVENTS) : null)
                .ip(random.nextBoolean() ? word(random) : null)
                .sessionId(random.nextBoolean() ? word(random) : null)
                .requestId(random.nextBoolean() ? word(random) : null)
                .traceId(random.nextBoolean() ? word(random) : null);
        String[] names = {
            "method",
            "host",
            "rule",
            "code",
            "detail",
            "reason",
            "status",
            "count",
            "from",
            "to",
            "principal",
            "roles_after",
            "roles_before",
            "permissions",
            "key_name",
            "duration_us",
            "method",
            "id",
            "seq",
            "metadata"
        };
        for (int i = random.nextInt(12); i > 0; i--) {
            String name = random.nextInt(5) == 0 ? word(random) : pick(random, names);
            switch (random.nextInt(5)) {
                case 0 -> record.metadata(name, random.nextLong());
                case 1 -> record.metadata(name, random.nextInt(1000));
                case 2 -> record.metadata(name, random.nextBoolean());
                case 3 -> record.metadata(name, List.of(word(random), word(random)));
                default -> record.metadata(name, word(random));
            }
        }
        return record.build();
    }

    private static String either(RandomGenerator random, String[] usual) {
        return random.nextInt(4) == 0 ? word(random) : pick(random, usual);
    }

    static String word(RandomGenerator random) {
        if (random.nextInt(3) > 0) {
            return pick(random, WORDS);
        }
        char[] chars = new char[random.nextInt(40)];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = random.nextBoolean() ? (char) random.nextInt(0x80) : (char) random.nextInt(0x10000);
        }
        return new String(chars);
    }

    private static <T> T pick(RandomGenerator random, T[] among) {
        return among[random.nextInt(among.length)];
    }
}
