package dev.pavise.proxy.server;

import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.tls.ServerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the commands on this machine where the management API of the running gateway is, for as long as it runs. */
final class Announcement implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final Path dataDir;
    private final GatewayFile file;

    private Announcement(Path dataDir, GatewayFile file) {
        this.dataDir = dataDir;
        this.file = file;
    }

    /** @param ca the throwaway CA, or null where the configuration names a certificate, which then is trusted as it stands in its file */
    static Announcement make(GatewayConfig config, Listeners listeners, Snapshot now, @Nullable Path ca, Instant start)
            throws IOException {
        String door = managementDoor(config.listen());
        HostPort connect = OwnName.connect(listeners.address(door));
        ServerTls tls = now.doors().get(door);
        List<String> names = tls == null ? List.of() : tls.facts().names();
        GatewayFile file = GatewayFile.of(
                OwnName.name(connect, names, now.hosts()),
                connect,
                ca == null ? config.tls().cert() : ca,
                start);
        file.write(config.dataDir());
        return new Announcement(config.dataDir(), file);
    }

    /** The door that the management API is behind, and of several one that takes callers without a certificate. */
    private static String managementDoor(ListenConfig listen) {
        if (listen.management() != null) {
            return Assembler.MANAGEMENT_DOOR;
        }
        return listen.https().stream()
                .filter(door -> door.clientAuth() != ClientAuth.REQUIRED)
                .findFirst()
                .orElse(listen.https().getFirst())
                .name();
    }

    @Override
    public void close() {
        try {
            file.remove(dataDir);
        } catch (IOException failure) {
            log.warn("`{}` in `{}` is left behind: {}", GatewayFile.NAME, dataDir, failure.getMessage());
        }
    }
}
