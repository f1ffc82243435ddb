package dev.pavise.proxy.config;

import dev.pavise.policy.condition.Conditions;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code audit}, in other files than the gateway's too. What it leaves out lies in the data directory, which is known only with the whole file. */
public final class AuditSection {

    /** The section as it stands in the file. */
    public record Draft(
            @Nullable Path dir,
            AuditConfig.Durability durability,
            @Nullable Path key,
            @Nullable Path anchor,
            @Nullable Path mirror,
            ByteSize lowWater,
            AuditConfig.Retention retention,
            String origin,
            @Nullable WitnessConfig witness,
            RecordedConfig recorded,
            List<RedactConfig.Rule> redact,
            @Nullable Path redactKey,
            @Nullable String visible,
            ShipSection.@Nullable Draft ship,
            boolean ephemeral) {}

    static final Shape<AuditConfig.Durability> DURABILITIES = Scalars.choice(durabilities());
    static final Shape<ByteSize> SPACE = Scalars.size("1MiB", "16TiB");

    private static final Key<Path> DIR =
            Key.optional("dir", Scalars.path("a folder"), "the folder of the store; default: audit in data_dir");
    private static final Key<AuditConfig.Durability> DURABILITY = Key.withDefault(
            "durability",
            DURABILITIES,
            "process",
            "what a stored record survives: process (kill -9) or disk (loss of power)");
    private static final Key<Path> KEY =
            Key.optional("key", Scalars.path("a file"), "the signing key; default: keys/audit.key in data_dir");
    private static final Key<Path> ANCHOR =
            Key.optional("anchor", Scalars.path("a file"), "the newest checkpoint; default: audit.anchor in data_dir");
    private static final Key<Path> MIRROR = Key.optional(
            "mirror", Scalars.path("a file"), "also writes the records to this JSON Lines file, behind the write path");
    private static final Key<ByteSize> LOW_WATER =
            Key.withDefault("low_water", SPACE, "256MiB", "with less free space than this, requests are refused");

    private static final Key<AuditConfig.Retention> RETENTION =
            Key.withDefault("retention", RetentionSection.SECTION, "{}", "how long records are kept");
    private static final Key<String> ORIGIN = Key.withDefault(
            "origin",
            Scalars.matching("a name in printable ASCII without space or plus", "[!-*,-~]{1,200}"),
            "pavise/audit",
            "the log's name in its checkpoints, by which a witness tells it from others; not to be changed later");
    private static final Key<WitnessConfig> WITNESS =
            Key.optional("witness", WitnessSection.SECTION, "who cosigns checkpoints; default: nobody");
    private static final Key<RecordedConfig> RECORD = Key.withDefault(
            "record", RecordedSection.SECTION, "{}", "what of a request is recorded beside what always is");
    private static final Key<List<RedactConfig.Rule>> REDACT = Key.withDefault(
            "redact", Shapes.list(RedactSection.SECTION), "[]", "what is taken out of records before they are stored");
    private static final Key<Path> REDACT_KEY = Key.optional(
            "redact_key",
            Scalars.path("a file"),
            "the key of hashes in place of values; default: keys/redact.key in data_dir");

    private static final Key<String> VISIBLE = Key.optional(
            "visible",
            RouteSection.condition(),
            "which records audit:read shows, over record and identity; default: all; docs/audit.md");

    private static final Key<ShipSection.Draft> SHIP =
            Key.optional("ship", ShipSection.SECTION, "also sends the records on, continuously and at least once");

    private static final Key<Boolean> EPHEMERAL = Key.withDefault(
            "ephemeral",
            Scalars.bool(),
            "false",
            "true: in a cluster the folder may end with its container or pod, and the records with it");

    public static final Section<Draft> SECTION = Section.of(
            List.of(
                    DIR,
                    DURABILITY,
                    KEY,
                    ANCHOR,
                    MIRROR,
                    LOW_WATER,
                    RETENTION,
                    ORIGIN,
                    WITNESS,
                    RECORD,
                    REDACT,
                    REDACT_KEY,
                    VISIBLE,
                    SHIP,
                    EPHEMERAL),
            audit -> new Draft(
                    audit.find(DIR),
                    audit.get(DURABILITY),
                    audit.find(KEY),
                    audit.find(ANCHOR),
                    audit.find(MIRROR),
                    audit.get(LOW_WATER),
                    audit.get(RETENTION),
                    audit.get(ORIGIN),
                    audit.find(WITNESS),
                    audit.get(RECORD),
                    audit.get(REDACT),
                    audit.find(REDACT_KEY),
                    visible(audit),
                    audit.find(SHIP),
                    audit.get(EPHEMERAL)));

    private AuditSection() {}

    /** Fills in what lies in the data directory, and keeps out of the audit folder what has to lie outside. */
    public static AuditConfig settle(Draft draft, Path dataDir, Bound root, Key<Draft> section) {
        Path dir = draft.dir() == null ? dataDir.resolve("audit") : draft.dir();
        Path key = draft.key() == null ? dataDir.resolve("keys").resolve("audit.key") : draft.key();
        Path anchor = draft.anchor() == null ? dataDir.resolve("audit.anchor") : draft.anchor();
        Path redactKey = draft.redactKey() == null ? dataDir.resolve("keys").resolve("redact.key") : draft.redactKey();
        checkOutside(key, "key", dir, root, section);
        if (draft.redactKey() != null) checkOutside(redactKey, "redact_key", dir, root, section);
        checkOutside(anchor, "anchor", dir, root, section);
        if (draft.mirror() != null) checkOutside(draft.mirror(), "mirror", dir, root, section);
        ShipConfig ship = draft.ship() == null ? null : draft.ship().in(dataDir);
        if (ship != null) checkOutside(ship.position(), "ship.position", dir, root, section);
        return new AuditConfig(
                dir,
                draft.durability(),
                key,
                anchor,
                draft.mirror(),
                draft.lowWater(),
                draft.retention(),
                draft.origin(),
                draft.witness(),
                draft.recorded(),
                new RedactConfig(draft.redact(), redactKey),
                draft.visible(),
                ship,
                draft.ephemeral());
    }

    private static @Nullable String visible(Bound audit) {
        String expression = audit.find(VISIBLE);
        try {
            if (expression != null) Conditions.ofRecords(expression);
        } catch (IllegalArgumentException unfit) {
            audit.error(VISIBLE, String.valueOf(unfit.getMessage()));
        }
        return expression;
    }

    // Whoever can write the folder must not be able to write these too, or a cut or an old copy would go unnoticed.
    private static void checkOutside(Path file, String name, Path dir, Bound root, Key<Draft> section) {
        Path inside = file.toAbsolutePath().normalize();
        if (!inside.startsWith(dir.toAbsolutePath().normalize())) return;
        root.error(
                section,
                "`" + name + "` lies in the audit folder `" + Shapes.shown(dir.toString()) + "`; it belongs outside");
    }

    private static Map<String, AuditConfig.Durability> durabilities() {
        Map<String, AuditConfig.Durability> words = new LinkedHashMap<>();
        words.put("process", AuditConfig.Durability.PROCESS);
        words.put("disk", AuditConfig.Durability.DISK);
        return words;
    }
}
