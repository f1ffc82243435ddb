package dev.pavise.proxy.client;

import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code gateway.json} in the data directory: how a command on this machine reaches the gateway that runs there. Written at a start,
 * removed at a clean stop; after a crash it is left behind and names a process that is no more.
 *
 * <p>It leads a command, and with it the operator's token, to a server. So it is written for its owner alone, and not believed where
 * others could have written it.
 *
 * @param ca the certificates to trust it by; null for the machine's authorities
 */
public record GatewayFile(Target target, @Nullable Path ca, long pid, Instant startedAt) {
    /** Its name in the data directory. */
    public static final String NAME = "gateway.json";

    private static final long MOST_BYTES = 64 * 1024;

    /** What is found in a data directory. */
    public sealed interface Reading {
        /** A gateway was started, and may still run. */
        record Found(GatewayFile file) implements Reading {}

        /** None is there. */
        record Absent() implements Reading {}

        /** One is there that cannot be believed or read; the message says why and what to do. */
        record Unfit(String message) implements Reading {}
    }

    /** Whether its process is there. One that cannot be seen from here, as from another container, counts as gone. */
    public boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    public static Reading read(Path dataDir) {
        Path file = dataDir.resolve(NAME);
        try {
            if (Files.size(file) > MOST_BYTES) {
                return unfit(file, "it is too large");
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                return unfit(file, "others than its owner can write it");
            }
            return new Reading.Found(parse(JsonMapper.shared().readTree(Files.readAllBytes(file))));
        } catch (NoSuchFileException none) {
            return new Reading.Absent();
        } catch (IOException failure) {
            return unfit(file, String.valueOf(failure.getMessage()));
        } catch (JacksonException | IllegalArgumentException | DateTimeException damaged) {
            return unfit(file, "it is damaged");
        }
    }

    private static Reading unfit(Path file, String why) {
        return new Reading.Unfit("`" + file + "` cannot be used: " + why
                + "; name the gateway by --server, or remove the file if none runs");
    }

    private static GatewayFile parse(JsonNode json) {
        JsonNode ca = json.path("ca");
        return new GatewayFile(
                Target.of(json.path("url").asString(""))
                        .at(Target.of("https://" + json.path("connect").asString(""))
                                .name()),
                ca.isString() ? Path.of(ca.stringValue()) : null,
                json.path("pid").asLong(0),
                Instant.parse(json.path("started_at").asString("")));
    }

    /** Writes it whole; readable and writable for its owner alone from the first moment on. */
    public void write(Path dataDir) throws IOException {
        PrivateFiles.write(dataDir.resolve(NAME), (text() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private String text() {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("url", target.toString()).put("connect", target.connect().toString());
        if (ca != null) {
            json.put("ca", ca.toAbsolutePath().toString());
        }
        return json.put("pid", pid).put("started_at", startedAt.toString()).toString();
    }

    /** Removes it, unless another start has written its own meanwhile. */
    public void remove(Path dataDir) throws IOException {
        if (read(dataDir) instanceof Reading.Found(GatewayFile there) && there.equals(this)) {
            Files.deleteIfExists(dataDir.resolve(NAME));
        }
    }

    /** What a gateway says of itself at that address. */
    public static GatewayFile of(HostPort name, HostPort connect, @Nullable Path ca, Instant startedAt) {
        return new GatewayFile(
                new Target(name, connect),
                ca == null ? null : ca.toAbsolutePath(),
                ProcessHandle.current().pid(),
                startedAt);
    }
}
