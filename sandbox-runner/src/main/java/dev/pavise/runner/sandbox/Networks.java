package dev.pavise.runner.sandbox;

import dev.pavise.runner.egress.Destinations;
import dev.pavise.runner.egress.Resolver;
import dev.pavise.runner.egress.SystemResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this host can give tools the hosts of their manifests, and the network of each run. Where it cannot, tools that name hosts are
 * refused with the reason; the others run as ever.
 */
final class Networks {
    private static final String RELAY_OPTIONS = "relay-options";
    private static final String FOLDER = "egress";

    // sun_path, less its zero; and what comes behind the runner's folder: /runs/<32 digits>/egress/proxy.
    private static final int LONGEST_SOCKET = 107;
    private static final int BEHIND_THE_FOLDER = "/runs/".length() + 32 + "/egress/proxy".length();

    /** Where distributions keep the authorities that TLS trusts, in one file. */
    private static final List<Path> BUNDLES =
            List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

    private final Settings settings;
    private final SystemFolders system;
    private final @Nullable Doorway doorway;
    private final List<Path> certificates;
    private final Resolver resolver = new SystemResolver();
    private volatile @Nullable String missing;

    private Networks(Settings settings, SystemFolders system, @Nullable Doorway doorway, @Nullable String missing) {
        this.settings = settings;
        this.system = system;
        this.doorway = doorway;
        this.missing = missing;
        this.certificates =
                BUNDLES.stream().filter(Files::isRegularFile).limit(1).toList();
    }

    /** Looks for what it takes. */
    static Networks find(Settings settings, SystemFolders system) {
        int length = settings.folder().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length + BEHIND_THE_FOLDER > LONGEST_SOCKET) {
            return new Networks(settings, system, null, "the runner's folder has too long a path for sockets in it");
        }
        try {
            Path socat = Programs.find("socat", "socat").toRealPath();
            Programs.requireTrusted(socat);
            return new Networks(settings, system, new Doorway(socat), null);
        } catch (IOException e) {
            return new Networks(settings, system, null, String.valueOf(e.getMessage()));
        }
    }

    /** Writes down what every relay is told. */
    void prepare() throws IOException {
        Files.deleteIfExists(relayOptions());
        if (doorway != null) {
            Staging.write(relayOptions(), Staging.words(doorway.options(system)));
        }
    }

    private Path relayOptions() {
        return settings.folder().resolve(RELAY_OPTIONS);
    }

    /** Why tools have no network here, if they have none. */
    Optional<String> missing() {
        return Optional.ofNullable(missing);
    }

    /** It was tried, and does not hold or does not work. */
    void turnOff(String reason) {
        missing = reason;
    }

    /** The network of a run; throws {@link IllegalArgumentException} where a host is none. */
    RunNetwork open(List<String> hosts, Path run, LongSupplier nanos) throws IOException {
        if (hosts.isEmpty()) {
            return NoNetwork.NONE;
        }
        if (doorway == null || missing != null) {
            throw new IOException("there is no network for tools here");
        }
        Destinations destinations = Destinations.of(hosts, resolver);
        Path folder = Files.createDirectory(run.resolve(FOLDER));
        // The run's user has to get at the socket, by the descriptor that it is given; by path nobody gets past the
        // folder above.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        return new ProxiedNetwork(
                doorway,
                destinations,
                settings.egress(),
                folder,
                settings.folder().resolve(Sockets.RELAY.file()),
                relayOptions(),
                certificates,
                nanos);
    }

    String describe() {
        String reason = missing;
        return reason == null ? "network by proxy" : "no network for tools: " + reason;
    }
}
