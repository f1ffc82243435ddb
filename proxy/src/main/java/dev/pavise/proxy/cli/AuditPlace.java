package dev.pavise.proxy.cli;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.index.IndexKey;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.server.ConfiguredWitness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which audit folder is meant. */
final class AuditPlace {
    private static final Path DEFAULT_DATA_DIR = Path.of("data");

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "The audit folder, or a copy of one (default: what --config or --data-dir says, else data/audit).")
    private @Nullable Path dir;

    /**
     * @param trail the folder
     * @param anchor the newest checkpoint, kept elsewhere; null where the place is only a folder
     * @param key the gateway's signing key; null where the place is only a folder
     */
    record Found(
            Path trail, @Nullable Path anchor, @Nullable Path key) {}

    /** Whether a folder was named, and not a gateway. */
    boolean isFolder() {
        return dir != null;
    }

    ConfigChoice choice() {
        return source.choice();
    }

    Found find(Surroundings surroundings) {
        Found found = named(surroundings);
        if (!Files.isDirectory(found.trail)) {
            throw CommandFailure.wanting(
                    "there is no audit folder `" + found.trail + "`; name it by --dir, --data-dir or --config");
        }
        return found;
    }

    /** Searches the folder: by its index where the key that authenticates it can be read, else by reading every record. */
    AuditSearch search(Surroundings surroundings) {
        Found found = find(surroundings);
        return index(found)
                .map(index -> AuditSearch.offline(found.trail, index))
                .orElseGet(() -> AuditSearch.offline(found.trail));
    }

    /** The index of a folder; empty where the key is not at hand. */
    static Optional<AuditIndex> index(Found found) {
        if (found.key == null || !Files.isReadable(found.key)) {
            return Optional.empty();
        }
        try {
            IndexKey key = IndexKey.of(SigningKey.parse(Files.readString(found.key)));
            return Optional.of(new AuditIndex(new AuditFolder(found.trail), key));
        } catch (IOException | GeneralSecurityException unusable) {
            return Optional.empty();
        }
    }

    /** How the gateway of this place opens its log. */
    AuditSettings settings(Surroundings surroundings) throws IOException {
        ConfigChoice choice = source.choice();
        if (dir != null) {
            throw CommandFailure.misuse(
                    "this needs the gateway's key and anchor, so name --config or --data-dir, not --dir");
        }
        if (choice.file() != null
                && choice.load(surroundings) instanceof ConfigResult.Loaded(var config, var ignored)) {
            return ConfiguredWitness.atHand(config.audit(), InstantSource.system());
        }
        Found found = find(surroundings);
        return AuditSettings.of(found.trail, Objects.requireNonNull(found.key), Objects.requireNonNull(found.anchor));
    }

    private Found named(Surroundings surroundings) {
        ConfigChoice choice = source.choice();
        if (dir != null) {
            if (choice.file() != null || choice.dataDir() != null) {
                throw CommandFailure.misuse("--dir goes with neither --config nor --data-dir");
            }
            return new Found(surroundings.resolve(dir), null, null);
        }
        if (choice.file() != null) {
            return configured(choice, surroundings);
        }
        Path data = surroundings.resolve(choice.dataDir() == null ? DEFAULT_DATA_DIR : choice.dataDir());
        return new Found(data.resolve("audit"), data.resolve("audit.anchor"), data.resolve("keys/audit.key"));
    }

    private static Found configured(ConfigChoice choice, Surroundings surroundings) {
        return switch (choice.load(surroundings)) {
            case ConfigResult.Loaded loaded -> {
                AuditConfig audit = loaded.config().audit();
                yield new Found(audit.dir(), audit.anchor(), audit.key());
            }
            case ConfigResult.Invalid invalid ->
                throw CommandFailure.wanting(invalid.errors().getFirst().toString());
        };
    }
}
